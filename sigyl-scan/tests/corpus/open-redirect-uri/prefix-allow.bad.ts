const ALLOWED = ["https://app.acme.io/cb", "http://localhost"];

export function isAllowedRedirect(redirectUri: string): boolean {
  return ALLOWED.some((one) => redirectUri.startsWith(one));
}
