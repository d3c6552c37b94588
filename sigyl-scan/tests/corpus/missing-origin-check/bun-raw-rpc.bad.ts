import { tools } from "./tools";

Bun.serve({
  port: 8787,
  hostname: "127.0.0.1",
  async fetch(request) {
    const message = await request.json();
    if (message.method === "tools/list") return Response.json({ id: message.id, result: { tools } });
    if (message.method === "tools/call") {
      return Response.json({ id: message.id, result: await tools[message.params.name].run(message.params.arguments) });
    }
    return new Response("not found", { status: 404 });
  },
});
