import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { z } from "zod";

interface Engine {
  works(): boolean;
  look(wanted: string): string;
}

class Plain implements Engine {
  works() {
    return true;
  }
  look(wanted: string) {
    return "";
  }
}

class Quick implements Engine {
  works() {
    return existsSync("/usr/bin/rg");
  }
  look(wanted: string) {
    return execFileSync("rg", ["--no-heading", "--", wanted, "."]).toString();
  }
}

const server = new McpServer({ name: "shelves", version: "1.0.0" });
const working = [new Plain(), new Quick()].filter((engine) => engine.works());

server.tool("look", { wanted: z.string() }, async ({ wanted }) => {
  const [best] = working;
  return { content: [{ type: "text", text: best.look(wanted) }] };
});
