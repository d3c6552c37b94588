import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import axios from "axios";
import { z } from "zod";

const server = new McpServer({ name: "tickets", version: "1.4.0" });

server.tool(
  "download_attachment",
  "Download an attachment of a ticket",
  { attachmentUrl: z.string() },
  async ({ attachmentUrl }) => {
    if (!attachmentUrl.startsWith("https://files.example.com/")) {
      return { content: [{ type: "text", text: "Not an attachment" }], isError: true };
    }
    const response = await axios.get(attachmentUrl, {
      headers: { Authorization: `Bearer ${process.env.TICKETS_TOKEN}` },
      responseType: "arraybuffer",
    });
    const data = Buffer.from(response.data).toString("base64");
    return { content: [{ type: "image", data, mimeType: response.headers["content-type"] }] };
  },
);

export default server;
