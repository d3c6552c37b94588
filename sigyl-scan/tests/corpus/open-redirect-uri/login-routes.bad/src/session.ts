import type { Request } from "express";
import { verify } from "./signing.js";

export async function currentUser(req: Request): Promise<{ id: string } | undefined> {
  const cookie = req.headers.cookie?.match(/sid=([^;]+)/)?.[1];
  return cookie ? verify(cookie) : undefined;
}
