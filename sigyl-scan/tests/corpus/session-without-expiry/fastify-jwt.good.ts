import jwt, { type SignOptions } from "jsonwebtoken";

const options: SignOptions = { expiresIn: "10m", algorithm: "HS256" };
export const sign = (claims: object) => jwt.sign(claims, process.env.SECRET!, options);
