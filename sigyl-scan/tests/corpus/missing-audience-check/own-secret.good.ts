import jwt from "jsonwebtoken";

export const read = (token: string) => jwt.verify(token, process.env.SESSION_SECRET!, { algorithms: ["HS256"] });
