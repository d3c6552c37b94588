import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { PrismaClient } from "@prisma/client";
import { z } from "zod";

const prisma = new PrismaClient();
const User = z.object({ name: z.string(), email: z.string().email() });
const server = new Server({ name: "users", version: "1.0.0" }, { capabilities: { tools: {} } });

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  switch (request.params.name) {
    case "create_user": {
      const { name, email } = User.parse(request.params.arguments);
      const user = await prisma.user.create({ data: { name, email } });
      return { content: [{ type: "text", text: user.id }] };
    }
    default:
      throw new Error("unknown tool");
  }
});
