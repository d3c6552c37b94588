function loopback(address: string): string | null {
  const parsed = new URL(address);
  if (parsed.protocol !== "http:" || !["localhost", "127.0.0.1"].includes(parsed.hostname)) {
    return null;
  }
  return parsed.hostname + parsed.pathname;
}

export function matchesRegisteredRedirect(registered: string[], uri: string): boolean {
  return registered.some((known) => {
    if (known === uri) {
      return true;
    }
    const own = loopback(known);
    return own !== null && own === loopback(uri);
  });
}
