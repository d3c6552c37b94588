import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

export const makeTransport = () => new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
