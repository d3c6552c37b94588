import { randomUUID } from "node:crypto";

const sessions = new Map<string, object>();
const jitter = Math.random() * 1000;

export function open(): string {
  const sessionId = randomUUID();
  setTimeout(() => sessions.delete(sessionId), 60_000 + jitter);
  sessions.set(sessionId, {});
  return sessionId;
}
