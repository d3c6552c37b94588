import cors from "cors";
import express from "express";
import { rpc } from "./rpc";

const app = express();
app.use(cors());
app.post("/mcp", rpc);
