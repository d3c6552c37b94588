import { start } from "./http.js";

start(Number(process.env.PORT ?? 3000));
