import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { verify } from "./verify";

const transports = new Map<string, { handle(body: unknown): Promise<Response> }>();
const app = new Hono();
app.use("/messages", bearerAuth({ verifyToken: verify }));
app.post("/messages", async (c) => {
  return transports.get(c.req.query("sessionId")!)!.handle(await c.req.json());
});
