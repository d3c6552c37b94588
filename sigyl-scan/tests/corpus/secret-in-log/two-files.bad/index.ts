import { read } from "./config.js";

const config = read();
console.error(`starting: ${JSON.stringify(config)}`);
