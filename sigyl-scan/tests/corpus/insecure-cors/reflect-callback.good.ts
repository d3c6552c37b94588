import cors from "cors";
import express from "express";

const known = new Set(["https://app.acme.io"]);
const app = express();
app.use(
  cors({
    origin: (origin, callback) => callback(null, origin !== undefined && known.has(origin)),
    credentials: true,
  }),
);
