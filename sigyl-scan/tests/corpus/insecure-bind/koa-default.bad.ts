import Koa from "koa";
import { mcp } from "./mcp";

const app = new Koa();
app.use(mcp);
const server = app.listen(8787);
process.on("SIGTERM", () => server.close());
