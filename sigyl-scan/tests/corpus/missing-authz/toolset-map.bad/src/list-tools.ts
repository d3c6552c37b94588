import { settings } from "./settings.js";
import { issueTools, adminTools } from "./tools.js";

export async function listTools() {
  return { tools: [...issueTools, ...(settings.enableAdmin ? adminTools : [])] };
}
