import express from "express";
import { rpc } from "./rpc";

const app = express();
app.post("/mcp", rpc);
app.use((error: Error, req: express.Request, res: express.Response, next: express.NextFunction) => {
  res.status(500).json({ message: error.message, stack: error.stack });
});
