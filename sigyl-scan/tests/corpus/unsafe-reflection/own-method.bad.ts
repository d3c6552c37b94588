import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const server = new McpServer({ name: "notes", version: "1.0.0" });
const text = (value: unknown) => ({ content: [{ type: "text" as const, text: String(value) }] });

class Board {
  private cards: string[] = [];

  add(title: string) {
    this.cards.push(title);
  }

  finish(title: string) {
    this.cards = this.cards.filter((card) => card !== title);
  }

  approve(title: string) {
    this.cards.push(`approved: ${title}`);
  }

  run(action: string, title: string) {
    if (typeof (this as any)[action] !== "function") throw new Error("no such action");
    return (this as any)[action](title);
  }
}

const board = new Board();
server.tool("run", { action: z.string(), title: z.string() }, async ({ action, title }) =>
  text(board.run(action, title)),
);
