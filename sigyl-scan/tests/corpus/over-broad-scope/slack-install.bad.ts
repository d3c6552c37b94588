import { InstallProvider } from "@slack/oauth";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebClient } from "@slack/web-api";
import { z } from "zod";

export const installer = new InstallProvider({
  clientId: process.env.SLACK_CLIENT_ID!,
  clientSecret: process.env.SLACK_CLIENT_SECRET!,
  stateSecret: process.env.SLACK_STATE_SECRET,
});
export const installUrl = () =>
  installer.generateInstallUrl({ scopes: ["channels:history", "chat:write", "files:write"], redirectUri: "https://mcp.acme.io/slack" });

const slack = new WebClient(process.env.SLACK_BOT_TOKEN);
export const server = new McpServer({ name: "slack-reader", version: "1.0.0" });
server.registerTool(
  "read_channel",
  { description: "Reads the last messages of a channel", inputSchema: { channel: z.string() } },
  async ({ channel }) => {
    const history = await slack.conversations.history({ channel, limit: 30 });
    return { content: [{ type: "text", text: JSON.stringify(history.messages) }] };
  },
);
