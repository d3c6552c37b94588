import type { Request, Response, NextFunction } from "express";

export const holder: { tenantId?: string } = {};

export function tenant(req: Request, res: Response, next: NextFunction) {
  holder.tenantId = req.headers["x-tenant-id"] as string;
  next();
}
