import Database from "better-sqlite3";
import { FastMCP } from "fastmcp";
import { request } from "undici";
import { z } from "zod";

const db = new Database("/var/lib/desk/tickets.db", { readonly: true });
const server = new FastMCP({ name: "desk", version: "1.2.0" });

server.addTool({
  name: "open_tickets",
  description: "Open tickets of a customer, with their messages",
  parameters: z.object({ customer: z.number().int() }),
  execute: async ({ customer }) => {
    const rows = db.prepare("select subject, body from tickets where customer = ? and closed = 0").all(customer);
    return JSON.stringify(rows);
  },
});
server.addTool({
  name: "check_link",
  description: "Loads a page that a ticket mentions",
  parameters: z.object({ link: z.string().url() }),
  execute: async ({ link }) => {
    const { statusCode, body } = await request(link, { headersTimeout: 5000 });
    return `${statusCode}\n${await body.text()}`;
  },
});
await server.start({ transportType: "stdio" });
