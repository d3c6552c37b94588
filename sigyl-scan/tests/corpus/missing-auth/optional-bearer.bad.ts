import type { NextFunction, Request, Response } from "express";
import { lookup } from "./users";

export async function identify(req: Request, res: Response, next: NextFunction) {
  const header = req.headers.authorization;
  if (header?.startsWith("Bearer ")) {
    const user = await lookup(header.slice(7));
    if (user) (req as any).user = user;
  }
  next();
}
