import axios from "axios";
import Fastify from "fastify";
import { rpc } from "./rpc";

const app = Fastify();
app.addHook("onRequest", async (request) => {
  const client = axios.create({ headers: { "X-User-Token": request.headers["x-user-token"] as string } });
  (request as any).client = client;
});
app.post("/mcp", rpc);
