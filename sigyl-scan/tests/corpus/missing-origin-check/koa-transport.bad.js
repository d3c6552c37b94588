const Koa = require("koa");
const { StreamableHTTPServerTransport } = require("@modelcontextprotocol/sdk/server/streamableHttp.js");
const { build } = require("./build");

const app = new Koa();
app.use(async (ctx) => {
  ctx.respond = false;
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  await build().connect(transport);
  await transport.handleRequest(ctx.req, ctx.res);
});
app.listen(5000, "127.0.0.1");
