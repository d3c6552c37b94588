import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function ensureTool() {
  const { stdout } = await run("acme", ["--version"]);
  if (!stdout.startsWith("2.")) {
    throw new Error("acme 2 is needed: see https://acme.dev/install");
  }
}
