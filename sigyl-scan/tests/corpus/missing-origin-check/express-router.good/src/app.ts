import express from "express";
import { mcpRouter } from "./router.js";
import { rejectForeignHosts } from "./security.js";

const app = express();
app.use(rejectForeignHosts(["localhost", "127.0.0.1"]));
app.use("/mcp", mcpRouter);
app.listen(3000, "127.0.0.1");
