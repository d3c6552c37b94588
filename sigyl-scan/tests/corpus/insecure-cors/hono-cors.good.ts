import { Hono } from "hono";
import { cors } from "hono/cors";

const app = new Hono();
app.use("/mcp", cors({ origin: (origin) => (origin.endsWith(".acme.io") ? origin : null) }));
export default app;
