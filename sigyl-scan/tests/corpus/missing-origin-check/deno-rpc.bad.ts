import { call, list } from "./tools.ts";

Deno.serve({ hostname: "127.0.0.1", port: 7777 }, async (request) => {
  const { id, method, params } = await request.json();
  switch (method) {
    case "tools/list":
      return Response.json({ jsonrpc: "2.0", id, result: { tools: list() } });
    case "tools/call":
      return Response.json({ jsonrpc: "2.0", id, result: await call(params) });
  }
  return Response.json({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } });
});
