import { randomUUID } from "node:crypto";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

let counter = 0;
export const make = () => {
  counter += 1;
  return new StreamableHTTPServerTransport({ sessionIdGenerator: () => `${counter}-${randomUUID()}`, enableDnsRebindingProtection: true });
};
