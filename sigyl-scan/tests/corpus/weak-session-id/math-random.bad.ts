const sessions = new Map<string, object>();

export function open(): string {
  const sessionId = Math.random().toString(36).slice(2) + Date.now().toString(36);
  sessions.set(sessionId, {});
  return sessionId;
}
