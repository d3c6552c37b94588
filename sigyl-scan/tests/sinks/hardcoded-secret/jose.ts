import { SignJWT } from 'jose';
const key = new TextEncoder().encode(process.env.JWT_SECRET || 'dev-secret');
export const issue = (sub: string) => new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key);
