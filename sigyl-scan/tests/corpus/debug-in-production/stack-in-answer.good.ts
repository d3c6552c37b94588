import express from "express";
import { rpc } from "./rpc";

const app = express();
app.post("/mcp", rpc);
app.use((error: Error, req: express.Request, res: express.Response, next: express.NextFunction) => {
  console.error(error.stack);
  res.status(500).json({ message: "internal error", ...(process.env.NODE_ENV === "development" && { stack: error.stack }) });
});
