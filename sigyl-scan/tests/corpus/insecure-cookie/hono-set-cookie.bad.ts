import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { approve } from "./approve";

const app = new Hono();
app.post("/approve", async (c) => {
  setCookie(c, "approved_clients", await approve(c), { path: "/", sameSite: "None", secure: true, httpOnly: true });
  return c.redirect("/done");
});
