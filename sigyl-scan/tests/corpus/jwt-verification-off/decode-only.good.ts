import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Request } from "express";

const jwks = createRemoteJWKSet(new URL("https://id.acme.io/jwks"));

export async function userOf(req: Request): Promise<string> {
  const token = req.headers.authorization?.replace("Bearer ", "") ?? "";
  const { payload } = await jwtVerify(token, jwks, { audience: "https://mcp.acme.io" });
  return String(payload.sub);
}
