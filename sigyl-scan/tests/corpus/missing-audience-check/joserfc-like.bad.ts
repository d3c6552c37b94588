import { createRemoteJWKSet, jwtVerify, type JWTVerifyOptions } from "jose";

const keys = createRemoteJWKSet(new URL(`${process.env.ISSUER}/jwks`));
const options: JWTVerifyOptions = { algorithms: ["RS256"], issuer: process.env.ISSUER };

export class Verifier {
  async verifyAccessToken(token: string) {
    const result = await jwtVerify(token, keys, options);
    return { token, clientId: String(result.payload.azp), scopes: [] };
  }
}
