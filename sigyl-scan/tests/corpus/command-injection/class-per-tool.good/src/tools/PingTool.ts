import { MCPTool } from "mcp-framework";
import { z } from "zod";
import { measure } from "../lib/measure.js";

interface PingInput {
  host: string;
  count: number;
}

class PingTool extends MCPTool<PingInput> {
  name = "ping";
  description = "Measures how long a host takes to answer";

  schema = {
    host: { type: z.string(), description: "Host name or address" },
    count: { type: z.number(), description: "How often" },
  };

  async execute(input: PingInput) {
    return await measure(input.host, input.count);
  }
}

export default PingTool;
