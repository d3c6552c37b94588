const ALLOWED = ["https://app.acme.io/cb"];

export function isAllowedRedirect(redirectUri: string): boolean {
  return ALLOWED.includes(redirectUri);
}
