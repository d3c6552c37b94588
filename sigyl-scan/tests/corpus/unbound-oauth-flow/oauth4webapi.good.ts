import * as client from "openid-client";
import type { Request, Response } from "express";

export async function callback(config: client.Configuration, req: Request, res: Response) {
  const tokens = await client.authorizationCodeGrant(config, new URL(req.url, "https://mcp.acme.io"), {
    pkceCodeVerifier: (req as any).session.verifier,
    expectedState: (req as any).session.state,
  });
  res.json({ ok: Boolean(tokens.access_token) });
}
