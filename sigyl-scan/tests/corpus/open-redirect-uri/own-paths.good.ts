import express from "express";

const app = express();
app.get("/login/done", (req, res) => {
  const next = String(req.query.next ?? "/");
  if (!/^\/[a-z0-9/-]*$/.test(next)) {
    res.redirect("/");
    return;
  }
  res.redirect(next);
});
