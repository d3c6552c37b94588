import { PrismaClient } from "@prisma/client";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const prisma = new PrismaClient();
const server = new Server({ name: "shop-db", version: "1.0.0" }, { capabilities: { tools: {} } });

const handlers = {
  orders_by_customer: async (args: { email: string }) => {
    return prisma.$queryRaw`SELECT * FROM "Order" WHERE email = ${args.email}`;
  },
  count_orders: async () => prisma.order.count(),
};

server.setRequestHandler(CallToolRequestSchema, async (request) => {
  const { name, arguments: args } = request.params;
  const handler = handlers[name as keyof typeof handlers];
  const result = await handler(args as any);
  return { content: [{ type: "text", text: JSON.stringify(result) }] };
});

export { server };
