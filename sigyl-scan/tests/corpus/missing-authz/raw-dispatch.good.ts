import { tools, runTool } from "./tools";

const role = process.env.MCP_ROLE ?? "viewer";

export async function dispatch(message: any) {
  switch (message.method) {
    case "initialize":
      return { protocolVersion: "2025-06-18", capabilities: { tools: {} } };
    case "tools/list":
      return { tools: tools.filter((tool) => tool.roles.includes(role)) };
    case "tools/call": {
      const tool = tools.find((one) => one.name === message.params.name);
      if (!tool?.roles.includes(role)) throw new Error("not for this role");
      return runTool(tool.name, message.params.arguments);
    }
    default:
      throw new Error("method not found");
  }
}
