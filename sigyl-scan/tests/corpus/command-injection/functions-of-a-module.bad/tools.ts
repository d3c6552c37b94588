import { execSync } from "node:child_process";

export function list(given: { folder: string }) {
  return execSync(`ls ${given.folder}`);
}

export function count(given: Record<string, unknown>) {
  return Object.keys(given).length;
}
