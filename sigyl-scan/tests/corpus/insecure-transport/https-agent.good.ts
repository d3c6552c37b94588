import { readFileSync } from "node:fs";
import https from "node:https";
import axios from "axios";

const agent = new https.Agent({ ca: readFileSync(process.env.CA_FILE ?? "ca.pem"), keepAlive: true });
export const client = axios.create({ baseURL: "https://grafana.acme.io", httpsAgent: agent });
