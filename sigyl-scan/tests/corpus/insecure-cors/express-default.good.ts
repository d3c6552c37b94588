import cors from "cors";
import express from "express";
import { rpc } from "./rpc";

const app = express();
app.use(cors({ origin: ["https://app.acme.io"], exposedHeaders: ["Mcp-Session-Id"] }));
app.post("/mcp", rpc);
