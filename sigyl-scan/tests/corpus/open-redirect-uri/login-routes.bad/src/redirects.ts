import type { Client } from "./clients.js";

export function isPermitted(client: Client, uri: string): boolean {
  return client.redirectUris.some((known) => uri.startsWith(known));
}
