import express, { type NextFunction, type Request, type Response } from "express";

const token = process.env.BRIDGE_TOKEN;
const limited = process.env.LIMITED === "1";
const app = express();

function requireToken(req: Request, res: Response, next: NextFunction) {
  if (!token || req.headers.authorization !== `Bearer ${token}`) {
    res.status(401).end();
    return;
  }
  next();
}

function slowly(_req: Request, _res: Response, next: NextFunction) {
  setTimeout(next, 100);
}

app.post("/mcp", requireToken, ...(limited ? [slowly] : []), (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
