const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const { z } = require("zod");

const bridge = () => {
  const name = process.platform === "win32" ? "adb.exe" : "adb";
  if (process.env.ANDROID_SDK) {
    return path.join(process.env.ANDROID_SDK, "platform-tools", name);
  }
  return name;
};

class Device {
  constructor(serial) {
    this.serial = serial;
  }
  adb(...words) {
    return execFileSync(bridge(), ["-s", this.serial, ...words]).toString();
  }
  messages(text) {
    return this.adb("shell", `dumpsys notification | grep -F ${text}`);
  }
}

const server = new McpServer({ name: "device", version: "1.0.0" });
server.registerTool(
  "messages",
  { description: "Notifications that hold a text", inputSchema: { text: z.string() } },
  async ({ text }) => ({ content: [{ type: "text", text: new Device("emulator-5554").messages(text) }] }),
);
