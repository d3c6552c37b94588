import jwt from "jsonwebtoken";
import { claimsFor, signOptions } from "./claims";

export const issue = (user: string) => jwt.sign(claimsFor(user), process.env.SECRET!, signOptions);
export const other = (user: string) => jwt.sign({ ...claimsFor(user) }, process.env.SECRET!);
