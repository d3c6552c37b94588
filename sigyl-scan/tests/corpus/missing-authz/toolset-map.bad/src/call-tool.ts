import { issueTools, adminTools } from "./tools.js";

const byName = new Map([...issueTools, ...adminTools].map((tool) => [tool.name, tool]));

export async function callTool(request: { params: { name: string; arguments?: unknown } }) {
  const tool = byName.get(request.params.name);
  if (!tool) throw new Error("unknown tool");
  return tool.run(request.params.arguments);
}
