import express from "express";
import { mount } from "./mcp";

const app = express();
mount(app);
const port = Number(process.env.PORT) || 3000;
const host = process.env.HOST || "127.0.0.1";
app.listen(port, host, () => console.error(`listening on ${host}:${port}`));
