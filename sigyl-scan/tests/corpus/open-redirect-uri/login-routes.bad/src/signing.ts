import { createHmac, timingSafeEqual } from "node:crypto";

const key = process.env.SESSION_KEY!;

export function verify(cookie: string): { id: string } | undefined {
  const [id, mac] = cookie.split(".");
  const expected = createHmac("sha256", key).update(id).digest();
  const given = Buffer.from(mac ?? "", "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected) ? { id } : undefined;
}
