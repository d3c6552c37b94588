import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

export function bridge(server: Server, upstream: Client) {
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const { tools } = await upstream.listTools();
    return { tools: tools.map((tool) => ({ ...tool, name: `up_${tool.name}` })) };
  });
  upstream.setNotificationHandler("notifications/tools/list_changed", async () => server.sendToolListChanged());
}
