import { SignJWT } from "jose";

export async function issue(sub: string, key: Uint8Array) {
  return new SignJWT({ sub }).setProtectedHeader({ alg: "HS256" }).setIssuedAt().setExpirationTime("30m").sign(key);
}
