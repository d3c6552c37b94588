import type { ServerResponse } from "node:http";

export function remember(res: ServerResponse, token: string) {
  const parts = [`auth=${token}`, "Path=/", "SameSite=Strict"];
  res.setHeader("Set-Cookie", parts.join("; "));
}
