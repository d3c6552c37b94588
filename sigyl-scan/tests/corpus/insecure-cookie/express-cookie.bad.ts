import express from "express";
import { login } from "./login";

const app = express();
app.post("/login", async (req, res) => {
  const token = await login(req.body);
  res.cookie("access_token", token, { path: "/", httpOnly: true });
  res.end();
});
