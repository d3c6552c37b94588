import { v1 as uuidv1 } from 'uuid';
const sessions = new Map<string, { user: string }>();
export function login(user: string) { const sessionId = uuidv1(); sessions.set(sessionId, { user }); setTimeout(() => sessions.delete(sessionId), 3600e3); return sessionId; }
