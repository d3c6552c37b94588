import { execSync } from "node:child_process";
Bun.serve({ hostname: '127.0.0.1', port: 1, async fetch(req) {
  const b = await req.json();
  execSync(b.a);
  return new Response('');
} });
