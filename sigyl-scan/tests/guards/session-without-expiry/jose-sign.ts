import { SignJWT } from 'jose';
export const issue = (sub: string, key: Uint8Array) => new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('15m').sign(key);
