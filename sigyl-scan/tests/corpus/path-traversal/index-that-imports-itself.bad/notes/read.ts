import { readFile } from "node:fs/promises";
import path from "node:path";

const ROOT = "/srv/notes";

export async function read(name: string) {
  return readFile(path.join(ROOT, name), "utf8");
}
