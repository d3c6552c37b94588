import { runScript } from "../script.js";

export const launchTool = {
  name: "launch_app",
  description: "Opens an application",
  inputSchema: { type: "object", properties: { app: { type: "string" } }, required: ["app"] },
};

export async function handleLaunch(args: { app: string }) {
  const text = await runScript(`tell application "${args.app}" to activate`);
  return { content: [{ type: "text", text }] };
}
