import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();
const server = new Server({ name: "users", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  switch (request.params.name) {
    case "create_user": {
      const user = await prisma.user.create({ data: request.params.arguments });
      return { content: [{ type: "text", text: user.id }] };
    }
    default:
      throw new Error("unknown tool");
  }
});
