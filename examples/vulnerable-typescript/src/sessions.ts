import type { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

export interface Session {
  user: string;
  transport: StreamableHTTPServerTransport;
}

export const sessions = new Map<string, Session>();

/** A session id that can be guessed: `Math.random` is no source of secrets. */
export function newSessionId(): string {
  return Math.random().toString(36).slice(2);
}
