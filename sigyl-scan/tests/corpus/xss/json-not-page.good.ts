import express from "express";

const app = express();
app.use(express.json());

app.get("/echo", (req, res) => {
  res.json({ message: `<b>${req.query.text}</b>` });
});

app.get("/plain", (req, res) => {
  res.type("text/plain").send(`You said ${req.query.text}`);
});

app.get("/page", (_req, res) => {
  res.send(`<html><body>${new Date().toISOString()}</body></html>`);
});

app.listen(4000, "127.0.0.1");
