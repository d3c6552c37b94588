export function validate(redirect_uri: string): boolean {
  const url = new URL(redirect_uri);
  return url.protocol === "https:" && url.hostname === "app.acme.io" && url.pathname === "/callback";
}
