import type { IncomingMessage } from "node:http";
import { verifyJwt } from "./jwt";

export async function claims(req: IncomingMessage) {
  const token = (req.headers.authorization ?? "").slice("Bearer ".length);
  await verifyJwt(token);
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}
