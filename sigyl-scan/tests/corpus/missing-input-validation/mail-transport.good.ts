import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import nodemailer from "nodemailer";
import { z } from "zod";

const Relay = z.object({ host: z.enum(["smtp-eu.acme.io", "smtp-us.acme.io"]), secure: z.boolean() }).strict();

const server = new McpServer({ name: "mailer", version: "1.3.0" });
server.registerTool(
  "send_digest",
  {
    description: "Sends the weekly digest",
    inputSchema: { to: z.string().email(), body: z.string(), transport: Relay.describe("SMTP settings") },
  },
  async ({ to, body, transport }) => {
    const mailer = nodemailer.createTransport({ host: transport.host, secure: transport.secure, port: transport.secure ? 465 : 587 });
    const sent = await mailer.sendMail({ from: "digest@acme.io", to, subject: "Weekly digest", text: body });
    return { content: [{ type: "text", text: sent.messageId }] };
  },
);
await server.connect(new StdioServerTransport());
