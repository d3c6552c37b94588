import type { IncomingMessage } from "node:http";

export function claims(req: IncomingMessage) {
  const token = (req.headers.authorization ?? "").slice("Bearer ".length);
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}
