import { decodeJwt } from "jose";
import type { Request } from "express";

export function userOf(req: Request): string {
  const token = req.headers.authorization?.replace("Bearer ", "") ?? "";
  return String(decodeJwt(token).sub);
}
