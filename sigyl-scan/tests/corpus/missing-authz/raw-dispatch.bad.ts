import { tools, runTool } from "./tools";

const role = process.env.MCP_ROLE ?? "viewer";

export async function dispatch(message: any) {
  switch (message.method) {
    case "initialize":
      return { protocolVersion: "2025-06-18", capabilities: { tools: {} } };
    case "tools/list":
      return { tools: tools.filter((tool) => tool.roles.includes(role)) };
    case "tools/call":
      return runTool(message.params.name, message.params.arguments);
    default:
      throw new Error("method not found");
  }
}
