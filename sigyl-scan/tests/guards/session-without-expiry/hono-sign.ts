import { sign } from 'hono/jwt';
export const issue = (sub: string) => sign({ sub, exp: Math.floor(Date.now() / 1000) + 900 }, process.env.JWT_SECRET!);
