import { randomBytes } from "node:crypto";

export const makeId = () => randomBytes(16).toString("hex");
