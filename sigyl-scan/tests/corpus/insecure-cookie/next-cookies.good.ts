import { cookies } from "next/headers";

export async function remember(sessionToken: string) {
  (await cookies()).set("session", sessionToken, { path: "/", httpOnly: true, secure: true, sameSite: "lax" });
}
