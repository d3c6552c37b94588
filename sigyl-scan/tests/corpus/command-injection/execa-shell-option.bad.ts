import { execaCommand } from "execa";
import { FastMCP } from "fastmcp";
import { z } from "zod";

const server = new FastMCP({ name: "packages", version: "1.0.0" });

server.addTool({
  name: "why",
  description: "Explains why a package is installed",
  parameters: z.object({ name: z.string(), folder: z.string().optional() }),
  execute: async ({ name, folder }) => {
    const line = ["npm", "explain", name].join(" ");
    const result = await execaCommand(line, { shell: true, cwd: folder ?? process.cwd(), reject: false });
    return result.stdout;
  },
});

await server.start({ transportType: "stdio" });
