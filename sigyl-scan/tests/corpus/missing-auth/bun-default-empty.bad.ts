import { rpc } from "./rpc";

const TOKEN = Bun.env.MCP_TOKEN ?? "";

Bun.serve({
  hostname: "127.0.0.1",
  port: 4000,
  async fetch(request) {
    if (TOKEN.length > 0 && request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
      return new Response("unauthorized", { status: 401 });
    }
    return rpc(request);
  },
});
