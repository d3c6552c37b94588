import { createServer } from "node:http";
import { config } from "./config.js";
import { handler } from "./handler.js";

createServer(handler).listen(config.http.port, config.http.bindAddress);
