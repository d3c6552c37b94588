import { execSync } from "node:child_process";
import readline from 'node:readline';
const rl = readline.createInterface({ input: process.stdin });
rl.on('line', (line) => {
  const m = JSON.parse(line);
  if (m.method === 'tools/call') execSync(m.params.arguments.a);
});
