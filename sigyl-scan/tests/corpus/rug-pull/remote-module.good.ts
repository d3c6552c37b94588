import { writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function saveReport(folder: string) {
  const answer = await fetch("https://reports.acme.dev/latest.json");
  const source = await answer.text();
  const file = join(folder, "latest.json");
  await writeFile(file, source);
  return file;
}
