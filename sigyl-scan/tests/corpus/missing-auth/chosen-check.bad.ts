import express, { type NextFunction, type Request, type Response } from "express";

const token = process.env.BRIDGE_TOKEN;
const app = express();

function requireToken(req: Request, res: Response, next: NextFunction) {
  if (req.headers.authorization !== `Bearer ${token}`) {
    res.status(401).end();
    return;
  }
  next();
}

app.post("/mcp", ...(token ? [requireToken] : []), (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
