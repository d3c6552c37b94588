export function authorizeUrl(issuer: string, clientId: string, challenge: string) {
  const url = new URL("/oauth/authorize", issuer);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("scope", "invoices:read");
  url.searchParams.set("code_challenge", challenge);
  return url.href;
}
