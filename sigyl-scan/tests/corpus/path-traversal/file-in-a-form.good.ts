import express from "express";
import busboy from "busboy";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const app = express();
app.post("/files", requireToken, (request, response) => {
  const parts = busboy({ headers: request.headers });
  parts.on("file", (field, stream, info) => {
    stream.pipe(createWriteStream(path.join("/srv/uploads", path.basename(info.filename))));
  });
  parts.on("close", () => response.status(204).end());
  request.pipe(parts);
});
app.listen(8080, "127.0.0.1");
