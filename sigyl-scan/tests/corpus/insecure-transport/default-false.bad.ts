import https from "node:https";

const verify = process.env.VERIFY_TLS === "true";
export const agent = new https.Agent({ rejectUnauthorized: verify });
