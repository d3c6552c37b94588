import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { Hono } from "hono";
const surveys = new Map();
function find(id) { return surveys.get(id); }
const app = new Hono();
app.get("/r/:id", (c) => { const s = find(c.req.param("id")); return c.html(`<h1>${s.title}</h1>`); });
const server = new McpServer({ name: "a", version: "1" });
server.tool("create", { title: z.string() }, async ({ title }) => { surveys.set("1", { title }); return { content: [] }; });
