import type { RequestHandler } from "express";

export function authMiddleware(token: string | undefined = process.env.MCP_BEARER_TOKEN): RequestHandler {
  if (!token) {
    return (_req, _res, next) => next();
  }
  return (req, res, next) => {
    if (req.headers.authorization !== `Bearer ${token}`) return void res.status(401).end();
    next();
  };
}
