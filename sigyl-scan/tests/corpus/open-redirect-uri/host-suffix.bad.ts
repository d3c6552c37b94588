export function validate(redirect_uri: string): boolean {
  const url = new URL(redirect_uri);
  return url.hostname.endsWith("acme.io");
}
