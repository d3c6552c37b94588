import type { Express } from "express";
import { onlyKnown } from "./known.js";

export function install(app: Express) {
  app.use(onlyKnown);
}
