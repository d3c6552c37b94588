import type { Request, Response, NextFunction } from "express";

const seen: Record<string, number> = {};

export function tenant(req: Request, res: Response, next: NextFunction) {
  const id = req.headers["x-tenant-id"] as string;
  seen[id] = (seen[id] ?? 0) + 1;
  res.locals.tenantId = id;
  next();
}
