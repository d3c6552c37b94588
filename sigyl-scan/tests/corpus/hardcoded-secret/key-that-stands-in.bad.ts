import jwt from "jsonwebtoken";

const configured = process.env.JWT_SECRET;
const key = configured || "dev_fallback";

export function verify(token: string) {
  return jwt.verify(token, key, { algorithms: ["HS256"], maxAge: "1h" });
}
