import http from "node:http";
import { handler } from "./handler";

const inContainer = process.env.CONTAINER === "1";
http.createServer(handler).listen(3000, inContainer ? "0.0.0.0" : "127.0.0.1");
