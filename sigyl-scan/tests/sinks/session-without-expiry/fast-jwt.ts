import { createSigner } from 'fast-jwt';
const sign = createSigner({ key: process.env.JWT_SECRET! });
export const issue = (sub: string) => sign({ sub });
