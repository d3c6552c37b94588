import { createServer } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { build } from "./build";

const options = {
  sessionIdGenerator: undefined,
  enableDnsRebindingProtection: true,
  allowedHosts: ["localhost:3000", "127.0.0.1:3000"],
};
createServer(async (req, res) => {
  const transport = new StreamableHTTPServerTransport(options);
  await build().connect(transport);
  await transport.handleRequest(req, res);
}).listen(3000, "127.0.0.1");
