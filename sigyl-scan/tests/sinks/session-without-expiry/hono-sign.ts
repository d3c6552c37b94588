import { sign } from 'hono/jwt';
export const issue = (sub: string) => sign({ sub, role: 'user' }, process.env.JWT_SECRET!);
