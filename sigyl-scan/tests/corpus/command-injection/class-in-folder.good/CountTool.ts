import { execSync } from "node:child_process";
import { MCPTool } from "mcp-framework";
import { z } from "zod";

interface CountInput {
  pattern: string;
}

class CountTool extends MCPTool<CountInput> {
  name = "count_lines";
  description = "How many lines of the notes hold a text";
  schema = {
    pattern: { type: z.enum(["todo", "done"]), description: "What to look for" },
  };

  async execute({ pattern }: CountInput) {
    return execSync(`grep -c "${pattern}" notes.txt`).toString();
  }
}

export default CountTool;
