import { createHash } from "node:crypto";

export function authorizationCode(clientId: string) {
  const authCode = createHash("sha256").update(`${clientId}:${Date.now()}`).digest("hex");
  return authCode;
}
