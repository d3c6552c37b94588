import https from "node:https";

const verify = process.env.VERIFY_TLS !== "false";
export const agent = new https.Agent({ rejectUnauthorized: verify });
