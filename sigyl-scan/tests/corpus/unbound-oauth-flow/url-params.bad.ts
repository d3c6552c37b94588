import { Router } from "express";

export const router = Router();
router.get("/login", (req, res) => {
  const url = new URL("https://id.acme.io/oauth/authorize");
  url.searchParams.set("response_type", "code");
  url.searchParams.set("client_id", process.env.CLIENT_ID!);
  url.searchParams.set("redirect_uri", process.env.REDIRECT_URI!);
  res.redirect(url.href);
});
