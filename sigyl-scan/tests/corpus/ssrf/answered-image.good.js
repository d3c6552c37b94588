import { FastMCP, imageContent } from "fastmcp";
import { z } from "zod";

const server = new FastMCP({ name: "covers", version: "1.0.0" });
const HOSTS = ["covers.example.org", "images.example.org"];

server.addTool({
  name: "cover",
  description: "Shows a cover",
  parameters: z.object({
    url: z.string().url().refine((value) => HOSTS.includes(new URL(value).hostname)),
  }),
  execute: async ({ url }) => imageContent({ url }),
});
