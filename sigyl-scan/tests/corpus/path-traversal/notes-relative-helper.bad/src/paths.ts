import path from "node:path";

export class OutsideVault extends Error {}

export function insideVault(root: string, file: string): string {
  if (file.length > 1024) {
    throw new OutsideVault("name too long");
  }
  return path.join(root, file);
}
