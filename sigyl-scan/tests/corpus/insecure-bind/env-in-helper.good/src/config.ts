export function bindHost(): string {
  return process.env.BIND_HOST?.trim() || "127.0.0.1";
}
