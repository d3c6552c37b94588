import jwt from "jsonwebtoken";

export function userOf(token: string): string {
  const claims = jwt.verify(token, process.env.SIGNING_KEY!, { algorithms: ["HS256"], ignoreExpiration: true }) as { sub: string };
  return claims.sub;
}
