import { execSync } from "node:child_process";
Deno.serve({ hostname: '127.0.0.1' }, async (req) => {
  const b = await req.json();
  execSync(b.a);
  return new Response('');
});
