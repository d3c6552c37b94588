import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { BoardClient } from "./client.js";

const client = new BoardClient(process.env.BOARD_TOKEN!);
const server = new Server({ name: "board", version: "0.4.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const args = request.params.arguments as Record<string, string>;
  switch (request.params.name) {
    case "get_card":
      return { content: [{ type: "text", text: JSON.stringify(await client.card(args.cardId)) }] };
    case "move_card":
      return { content: [{ type: "text", text: JSON.stringify(await client.move(args.cardId, args.listId)) }] };
    default:
      throw new Error("unknown");
  }
});

export { server };
