import path from "path";

const roots = [process.env.PROJECT_DIR || process.cwd(), "/tmp/drafts"].map((root) => path.resolve(root));

export function isAllowed(candidate: string): boolean {
  const normalized = path.normalize(path.resolve(candidate));
  return roots.some((root) => normalized === root || normalized.startsWith(root + path.sep));
}
