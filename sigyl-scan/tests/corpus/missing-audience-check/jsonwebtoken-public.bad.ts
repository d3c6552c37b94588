import { readFileSync } from "node:fs";
import jwt from "jsonwebtoken";

const publicKey = readFileSync("issuer.pem");
export const verifier = {
  async verifyAccessToken(token: string) {
    const claims = jwt.verify(token, publicKey, { algorithms: ["RS256"] }) as jwt.JwtPayload;
    return { token, clientId: String(claims.client_id), scopes: String(claims.scope).split(" ") };
  },
};
