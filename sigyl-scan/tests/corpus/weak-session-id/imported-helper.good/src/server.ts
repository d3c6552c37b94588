import { makeId } from "./ids";

const sessions: Record<string, { created: number }> = {};

export function begin() {
  const sessionId = makeId();
  sessions[sessionId] = { created: Date.now() };
  return sessionId;
}
