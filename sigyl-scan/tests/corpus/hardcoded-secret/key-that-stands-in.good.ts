import jwt from "jsonwebtoken";

const configured = process.env.JWT_SECRET;
if (!configured) {
  throw new Error("JWT_SECRET must be set");
}
const key = configured;

export function verify(token: string) {
  return jwt.verify(token, key, { algorithms: ["HS256"], maxAge: "1h" });
}
