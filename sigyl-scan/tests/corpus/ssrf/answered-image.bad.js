import { FastMCP, imageContent } from "fastmcp";
import { z } from "zod";

const server = new FastMCP({ name: "covers", version: "1.0.0" });

server.addTool({
  name: "cover",
  description: "Shows a cover",
  parameters: z.object({ url: z.string().url() }),
  execute: async ({ url }) => imageContent({ url }),
});
