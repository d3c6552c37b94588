import { resolve, sep } from "path";

export function safeJoin(base: string, ...parts: string[]): string | null {
  const root = resolve(base);
  const full = resolve(root, ...parts);
  if (full.indexOf(root) === -1) {
    return null;
  }
  return full;
}
