import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { execFile, exec } from "node:child_process";
import { promisify } from "node:util";

class Ping {
  async handle(input: any) { return String(input.host).length; }
}
class Trace {
  async handle(input: any) { return (await promisify(execFile)("traceroute", ["--", input.host])).stdout; }
}
const timed = (use: { handle(input: any): Promise<unknown> }) => async (request: any) => {
  const begun = Date.now();
  const text = await use.handle(request.params.arguments);
  return { content: [{ type: "text", text: `${text} in ${Date.now() - begun} ms` }] };
};
const routes = new Map<string, { handler: (request: any) => Promise<any> }>();
routes.set("ping", { handler: timed(new Ping()) });
routes.set("trace", { handler: timed(new Trace()) });
const server = new Server({ name: "net", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const route = routes.get(request.params.name);
  if (!route) throw new Error("unknown");
  return route.handler(request);
});
