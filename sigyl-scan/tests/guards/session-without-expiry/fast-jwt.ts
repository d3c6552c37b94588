import { createSigner } from 'fast-jwt';
const sign = createSigner({ key: process.env.JWT_SECRET!, expiresIn: '15m' });
export const issue = (sub: string) => sign({ sub });
