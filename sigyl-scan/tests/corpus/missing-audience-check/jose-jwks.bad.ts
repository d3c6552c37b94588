import { createRemoteJWKSet, jwtVerify } from "jose";

const jwks = createRemoteJWKSet(new URL("https://id.acme.io/.well-known/jwks.json"));

export async function verify(token: string) {
  const { payload } = await jwtVerify(token, jwks, { issuer: "https://id.acme.io" });
  return payload.sub;
}
