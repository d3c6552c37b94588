import { Router } from "express";

// Confused deputy: one client id at the login service, shared by every client that registers here.
const CLIENT_ID = "vulnerable-example";
const LOGIN = "https://login.example.com/authorize";

export function oauthRoutes(publicUrl: string): Router {
  const routes = Router();

  routes.post("/register", (req, res) => {
    // Any redirect address is accepted, and everyone gets the same client id.
    res.status(201).json({ client_id: CLIENT_ID, redirect_uris: req.body.redirect_uris });
  });

  routes.get("/authorize", (req, res) => {
    // No consent is asked for the client that sent the user here.
    const callback = `${publicUrl}/callback?redirect_uri=${encodeURIComponent(String(req.query.redirect_uri))}`;
    const login = new URL(LOGIN);
    login.searchParams.set("client_id", CLIENT_ID);
    login.searchParams.set("response_type", "code");
    login.searchParams.set("redirect_uri", callback);
    res.redirect(login.href);
  });

  routes.get("/callback", (req, res) => {
    // Open redirect: the code goes wherever the query says.
    const target = req.query.redirect_uri as string;
    res.redirect(`${target}?code=${req.query.code}`);
  });

  return routes;
}
