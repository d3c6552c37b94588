import type { RequestHandler } from "express";

export function authMiddleware(token: string | undefined = process.env.MCP_BEARER_TOKEN): RequestHandler {
  if (!token) {
    return (_req, res) => void res.status(503).json({ error: "MCP_BEARER_TOKEN is not set" });
  }
  return (req, res, next) => {
    if (req.headers.authorization !== `Bearer ${token}`) return void res.status(401).end();
    next();
  };
}
