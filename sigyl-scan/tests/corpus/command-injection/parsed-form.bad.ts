import { execSync } from "node:child_process";
import express from "express";
import formidable from "formidable";

const app = express();
app.post("/list", (request, response) => {
  formidable().parse(request, (error, fields) => {
    response.send(execSync(`ls ${fields.folder}`).toString());
  });
});
app.listen(8080, "127.0.0.1");
