import { createRemoteJWKSet, jwtVerify } from "jose";

const jwks = createRemoteJWKSet(new URL("https://id.acme.io/jwks"));

export async function verify(token: string) {
  const { payload } = await jwtVerify(token, jwks);
  const audiences = [payload.aud].flat();
  if (!audiences.includes("https://mcp.acme.io")) throw new Error("audience");
  return payload;
}
