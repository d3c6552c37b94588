import { resolve, sep } from "path";

export function safeJoin(base: string, ...parts: string[]): string | null {
  const root = resolve(base);
  const full = resolve(root, ...parts);
  if (full !== root && !full.startsWith(root.endsWith(sep) ? root : root + sep)) {
    return null;
  }
  return full;
}
