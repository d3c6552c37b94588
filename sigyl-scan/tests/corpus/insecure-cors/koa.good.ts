import cors from "@koa/cors";
import Koa from "koa";

const app = new Koa();
app.use(cors({ origin: (ctx) => (ctx.get("Origin") === "https://app.acme.io" ? "https://app.acme.io" : "") }));
