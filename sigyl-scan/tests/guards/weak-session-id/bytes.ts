import { randomBytes } from 'node:crypto';
export function createSessionId() { return randomBytes(32).toString('base64url'); }
