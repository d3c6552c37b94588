export function bindHost(): string {
  return process.env.BIND_HOST?.trim() || "0.0.0.0";
}
