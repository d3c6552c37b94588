// A server that tells what it may do where it runs: what it reaches, what it may write, how it is limited. Without
// packages, so that its image is made in a second.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const instance = randomUUID();
const held = [];

const tools = {
  version: () => process.env.VERSION ?? "none",
  instance: () => instance,
  status: () => readFileSync("/proc/self/status", "utf8"),
  // Not the value: what a tool answers is shown.
  digest: ({ name }) => createHash("sha256").update(process.env[name] ?? "").digest("hex"),
  wait: async ({ ms }) => {
    await sleep(ms);
    return process.env.VERSION ?? "none";
  },
  say: ({ text }) => {
    console.log(text);
    return "said";
  },
  end: ({ code }) => {
    setTimeout(() => process.exit(code), 10);
    return "ending";
  },
  // Until whoever limits it ends it.
  take: () => {
    for (;;) held.push(Buffer.alloc(8 << 20, 1));
  },
  write: ({ path }) => {
    writeFileSync(path, "x");
    return "written";
  },
  // What comes of a connection: `open`, or the error's code.
  reach: ({ host, port }) =>
    new Promise((resolve) => {
      const socket = connect({ host, port, timeout: 2000 });
      const end = (text) => {
        socket.destroy();
        resolve(text);
      };
      socket.on("connect", () => end("open"));
      socket.on("timeout", () => end("timeout"));
      socket.on("error", (error) => end(error.code ?? "error"));
    }),
  // The status of a CONNECT by the proxy that the environment names, which may have to wait for a network that is slow.
  tunnel: ({ target }) =>
    new Promise((resolve) => {
      if (!process.env.HTTPS_PROXY) return resolve("no proxy");
      const { hostname, port } = new URL(process.env.HTTPS_PROXY);
      // Not Node's own agent, which sends requests to the proxy by the proxy, and takes addresses for paths.
      const agent = new Agent();
      const asked = request({ agent, host: hostname, port, method: "CONNECT", path: target, timeout: 15000 });
      asked.on("connect", (answer, socket) => {
        socket.destroy();
        resolve(String(answer.statusCode));
      });
      asked.on("response", (answer) => resolve(String(answer.statusCode)));
      asked.on("timeout", () => asked.destroy(new Error("timeout")));
      asked.on("error", (error) => resolve(error.code ?? error.message));
      asked.end();
    }),
};

async function answer({ method, params }) {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: "2025-06-18",
        capabilities: { tools: {} },
        serverInfo: { name: "prober", version: process.env.VERSION ?? "none" },
      };
    case "tools/list":
      return {
        tools: Object.keys(tools).map((name) => ({ name, description: name, inputSchema: { type: "object" } })),
      };
    case "tools/call":
      try {
        const text = await tools[params.name](params.arguments ?? {});
        return { content: [{ type: "text", text }] };
      } catch (error) {
        return { content: [{ type: "text", text: String(error.code ?? error) }], isError: true };
      }
    default:
      return {};
  }
}

if (process.env.NEVER) {
  console.error("this version never listens");
  setInterval(() => {}, 1000);
} else {
  const server = createServer(async (asked, answered) => {
    if (asked.method !== "POST") return answered.writeHead(405).end();
    let body = "";
    for await (const chunk of asked) body += chunk;
    const message = JSON.parse(body);
    if (message.id === undefined) return answered.writeHead(202).end();
    const result = await answer(message);
    answered.writeHead(200, { "content-type": "application/json" });
    answered.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }));
  });
  process.on("SIGTERM", () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
  server.listen(Number(process.env.PORT ?? 8080), "0.0.0.0", () => console.log("listening"));
}
