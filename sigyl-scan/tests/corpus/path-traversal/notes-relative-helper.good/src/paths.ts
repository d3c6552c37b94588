import path from "node:path";

export class OutsideVault extends Error {}

export function insideVault(root: string, file: string): string {
  if (file.length > 1024) {
    throw new OutsideVault("name too long");
  }
  const target = path.resolve(root, file);
  const relative = path.relative(root, target);
  if (relative.startsWith("..") || path.isAbsolute(relative)) {
    throw new OutsideVault(`${file} is outside of the vault`);
  }
  return target;
}
