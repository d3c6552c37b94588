import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";
import { sample, type SampleOptions } from "./sample.js";

const server = new McpServer({ name: "pg-sampler", version: "0.2.0" });
server.registerTool(
  "sample_rows",
  {
    description: "A few rows of a table",
    inputSchema: {
      schema: z.string().default("public"),
      table: z.string(),
      rows: z.number().int().positive().max(100).default(10),
      where: z.record(z.string(), z.string()).optional(),
    },
  },
  async (options: SampleOptions) => ({ content: [{ type: "text", text: JSON.stringify(await sample(options)) }] }),
);
await server.connect(new StdioServerTransport());
