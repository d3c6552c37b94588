import https from "node:https";
import axios from "axios";

const agent = new https.Agent({ rejectUnauthorized: false, keepAlive: true });
export const client = axios.create({ baseURL: "https://grafana.acme.io", httpsAgent: agent });
