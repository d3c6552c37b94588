import express from "express";
import { consentPage } from "./pages.js";

const app = express();
app.use(express.urlencoded({ extended: false }));

app.get("/authorize", (req, res) => {
  const { client_name: clientName, client_uri: clientUri, state } = req.query as Record<string, string>;
  res.setHeader("content-type", "text/html; charset=utf-8");
  res.send(consentPage({ clientName, clientUri, state }));
});

app.post("/authorize", (req, res) => {
  res.json({ approved: req.body.approve === "yes" });
});

app.listen(3000, "127.0.0.1");
