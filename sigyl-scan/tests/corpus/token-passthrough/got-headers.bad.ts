import Fastify from "fastify";
import got from "got";

const app = Fastify();
app.post("/mcp", async (request) => {
  const { authorization } = request.headers;
  return got.post("https://api.acme.io/rpc", { headers: { authorization }, json: request.body as object }).json();
});
