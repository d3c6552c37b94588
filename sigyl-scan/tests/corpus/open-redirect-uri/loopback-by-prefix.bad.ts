const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1)):\d+/;

export function matchesRegisteredRedirect(registered: string[], uri: string): boolean {
  return registered.some((known) => {
    if (known === uri) {
      return true;
    }
    const loopback = LOOPBACK.exec(known);
    return loopback !== null && uri.startsWith(loopback[1]);
  });
}
