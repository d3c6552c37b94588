import { issueTools, adminTools } from "./tools.js";

const enableAdmin = process.env.ENABLE_ADMIN === "1";

export function offered() {
  return enableAdmin ? [...issueTools, ...adminTools] : issueTools;
}
