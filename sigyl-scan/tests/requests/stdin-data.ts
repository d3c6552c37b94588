import { execSync } from "node:child_process";
let buffer = '';
process.stdin.on('data', (chunk) => {
  buffer += chunk;
  let i;
  while ((i = buffer.indexOf('\n')) >= 0) {
    const line = buffer.slice(0, i);
    buffer = buffer.slice(i + 1);
    handle(JSON.parse(line));
  }
});
function handle(m: any) {
  if (m.method === 'tools/call') execSync(m.params.arguments.a);
}
