import express from "express";

const token = process.env.GATE_TOKEN;
if (!token) {
  throw new Error("GATE_TOKEN must be set");
}
const app = express();
app.use((req, res, next) => {
  if (req.headers["x-forwarded-for"] === "127.0.0.1") {
    return next();
  }
  if (req.headers.authorization !== `Bearer ${token}`) {
    res.status(401).end();
    return;
  }
  next();
});
app.post("/mcp", (_req, res) => {
  res.json({});
});
app.listen(3000, "127.0.0.1");
