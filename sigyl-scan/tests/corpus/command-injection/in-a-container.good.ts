import Docker from "dockerode";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const docker = new Docker();
const server = new McpServer({ name: "databases", version: "1.0.0" });

server.registerTool(
  "dump",
  { title: "Dump", description: "Dumps a database", inputSchema: { container: z.string(), database: z.string() } },
  async ({ container, database }) => {
    const exec = await docker.getContainer(container).exec({
      Cmd: ["pg_dump", "--compress=9", "--file=/backup/dump.gz", "--", database],
      AttachStdout: true,
    });
    await exec.start({});
    return { content: [{ type: "text", text: "done" }] };
  },
);
