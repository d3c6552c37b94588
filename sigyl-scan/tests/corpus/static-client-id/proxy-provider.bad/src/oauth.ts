import { Router } from "express";
import { store } from "./store";

const CLIENT_ID = process.env.GITHUB_CLIENT_ID!;
export const router = Router();
router.post("/register", (req, res) => {
  res.status(201).json(store.add(req.body));
});
router.get("/authorize", (req, res) => {
  const url = new URL("https://github.com/login/oauth/authorize");
  url.searchParams.set("client_id", CLIENT_ID);
  url.searchParams.set("redirect_uri", process.env.CALLBACK_URL!);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("state", store.begin(req.query));
  res.redirect(url.href);
});
