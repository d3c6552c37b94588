import express from "express";
import { bindHost } from "./config";

const app = express();
app.listen(3000, bindHost());
