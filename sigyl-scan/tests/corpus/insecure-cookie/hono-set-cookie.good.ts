import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { approve } from "./approve";

const app = new Hono();
app.post("/approve", async (c) => {
  setCookie(c, "approved_clients", await approve(c), { path: "/", sameSite: "Lax", secure: true, httpOnly: true });
  setCookie(c, "theme", "dark");
  return c.redirect("/done");
});
