import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

let counter = 0;
export const make = () =>
  new StreamableHTTPServerTransport({ sessionIdGenerator: () => `session-${++counter}`, enableDnsRebindingProtection: true });
