import { launchTool, handleLaunch } from "./launch.js";
import { quitTool, handleQuit } from "./quit.js";

export const tools = [launchTool, quitTool];

const handlers = new Map<string, (args: any) => Promise<any>>([
  [launchTool.name, handleLaunch],
  [quitTool.name, handleQuit],
]);

export async function handleToolCall(name: string, args: Record<string, unknown>) {
  const handler = handlers.get(name);
  if (!handler) {
    throw new Error(`unknown tool: ${name}`);
  }
  try {
    return await handler(args);
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: (error as Error).message }] };
  }
}
