const vm = require("node:vm");
const { Server } = require("@modelcontextprotocol/sdk/server/index.js");
const { CallToolRequestSchema } = require("@modelcontextprotocol/sdk/types.js");

const server = new Server({ name: "scripts", version: "1.0.0" }, { capabilities: { tools: {} } });

function evaluate(source, input) {
  const sandbox = vm.createContext({ input, console });
  const script = new vm.Script(source, { filename: "tool.js" });
  return script.runInContext(sandbox, { timeout: 1000 });
}

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { code, input } = request.params.arguments;
  return { content: [{ type: "text", text: String(evaluate(code, input)) }] };
});
