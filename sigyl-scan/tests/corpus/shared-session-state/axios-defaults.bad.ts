import axios from "axios";
import Fastify from "fastify";
import { rpc } from "./rpc";

const app = Fastify();
app.addHook("onRequest", async (request) => {
  axios.defaults.headers.common["X-User-Token"] = request.headers["x-user-token"] as string;
});
app.post("/mcp", rpc);
