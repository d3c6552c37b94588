import { InvalidTokenError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { OAuthTokenVerifier } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import { createRemoteJWKSet, jwtVerify } from "jose";

import type { Config } from "./config.js";

/** Signature algorithms that are accepted: asymmetric ones only, so that a public key can never pass for a secret. */
const ALGORITHMS = ["ES256", "RS256", "EdDSA"];

/**
 * Accepts a token only when the authorization server signed it, for this server (`aud`), and it has not expired.
 * Without the audience check any token of the same authorization server, made out to any other service, would do.
 */
export function tokenVerifier(config: Config): OAuthTokenVerifier {
  const keys = createRemoteJWKSet(config.jwksUrl);
  return {
    async verifyAccessToken(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: config.issuer,
          audience: config.resource.href,
          algorithms: ALGORITHMS,
          requiredClaims: ["exp", "sub"],
        });
        return {
          token,
          clientId: String(payload.client_id ?? payload.azp ?? "unknown"),
          scopes: String(payload.scope ?? "").split(" "),
          expiresAt: payload.exp,
          resource: config.resource,
          extra: { subject: payload.sub },
        };
      } catch {
        // Which check failed is the server's business: an attacker would learn from it.
        throw new InvalidTokenError("the token is not valid for this server");
      }
    },
  };
}
