import jwt from "jsonwebtoken";

export function claims(token: string, key: string) {
  const { header } = jwt.decode(token, { complete: true })!;
  return jwt.verify(token, key, { algorithms: [header.alg as jwt.Algorithm] });
}
