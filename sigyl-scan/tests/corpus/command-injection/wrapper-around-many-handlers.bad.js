const { execFile, exec } = require("node:child_process");
const { promisify } = require("node:util");
const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const { z } = require("zod");

const run = promisify(exec);
const runFile = promisify(execFile);
const server = new McpServer({ name: "host-panel", version: "1.4.0" });

const answer = (work) => async (args) => {
  try {
    const out = await work(args);
    return { content: [{ type: "text", text: String(out) }] };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: error.message }] };
  }
};

server.tool("uptime", "Shows the uptime of the host", {}, answer(async () => (await run("uptime")).stdout));
server.tool("load", "Shows the load of the host", {}, answer(async () => (await run("cat /proc/loadavg")).stdout));
server.tool("memory", "Shows the memory of the host", {}, answer(async () => (await run("free -m")).stdout));
server.tool("disks", "Shows the disks of the host", {}, answer(async () => (await run("df -h")).stdout));
server.tool("users", "Shows the users of the host", {}, answer(async () => (await run("who")).stdout));
server.tool("kernel", "Shows the kernel of the host", {}, answer(async () => (await run("uname -a")).stdout));
server.tool("ping", "Pings a host", { host: z.string() }, answer(async ({ host }) => (await run(`ping -c 1 ${host}`)).stdout));
