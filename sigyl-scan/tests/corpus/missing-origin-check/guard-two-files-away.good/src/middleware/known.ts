import type { Request, Response, NextFunction } from "express";

const known = ["localhost", "127.0.0.1", "[::1]"];

export function onlyKnown(req: Request, res: Response, next: NextFunction) {
  const name = req.hostname;
  if (!known.includes(name)) {
    res.sendStatus(403);
    return;
  }
  next();
}
