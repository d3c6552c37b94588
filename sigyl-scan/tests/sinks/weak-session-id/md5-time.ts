import { createHash } from 'node:crypto';
export const newSessionId = (user: string) => createHash('md5').update(user + Date.now()).digest('hex');
