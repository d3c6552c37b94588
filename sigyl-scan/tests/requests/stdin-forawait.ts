import { execSync } from "node:child_process";
import readline from 'node:readline';
async function main() {
  const rl = readline.createInterface({ input: process.stdin });
  for await (const line of rl) {
    const m = JSON.parse(line);
    if (m.method === 'tools/call') execSync(m.params.arguments.a);
  }
}
main();
