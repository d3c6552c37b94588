import { readFileSync } from "node:fs";
import jwt from "jsonwebtoken";

const publicKey = readFileSync("issuer.pem");
const options = { algorithms: ["RS256" as const], audience: process.env.RESOURCE_URL };
export const verifier = {
  async verifyAccessToken(token: string) {
    const claims = jwt.verify(token, publicKey, options) as jwt.JwtPayload;
    return { token, clientId: String(claims.client_id), scopes: String(claims.scope).split(" ") };
  },
};
