import { execSync } from "node:child_process";
import express from "express";

const app = express();
app.use((request, response, next) => {
  response.locals.folder = request.query.folder;
  response.locals.shelf = "/srv/shelf";
  next();
});
app.get("/list", (request, response) => {
  response.send(execSync(`ls ${response.locals.folder}`).toString());
});
app.listen(8080, "127.0.0.1");
