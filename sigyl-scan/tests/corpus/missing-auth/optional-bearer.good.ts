import type { NextFunction, Request, Response } from "express";
import { lookup } from "./users";

export async function identify(req: Request, res: Response, next: NextFunction) {
  const header = req.headers.authorization;
  const user = header?.startsWith("Bearer ") ? await lookup(header.slice(7)) : undefined;
  if (!user) {
    res.status(401).set("WWW-Authenticate", "Bearer").end();
    return;
  }
  (req as any).user = user;
  next();
}
