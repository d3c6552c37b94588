import express from "express";

const accessToken = process.env.ACCESS_TOKEN ?? "";
const app = express();

function mayCall(header: string | undefined): boolean {
  return !accessToken || header === `Bearer ${accessToken}`;
}

app.post("/mcp", (req, res) => {
  if (!mayCall(req.headers.authorization)) {
    res.status(401).end();
    return;
  }
  res.json({});
});
app.listen(3000, "127.0.0.1");
