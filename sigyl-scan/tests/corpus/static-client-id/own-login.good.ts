import { Router } from "express";

export const router = Router();
router.get("/login", (req, res) => {
  const query = new URLSearchParams({ client_id: process.env.CLIENT_ID!, response_type: "code", state: "x" });
  res.redirect(`https://id.acme.io/authorize?${query}`);
});
