import { execSync } from "node:child_process";
import { Injectable } from "@nestjs/common";
import { Tool } from "@rekog/mcp-nest";
import { z } from "zod";

@Injectable()
export class NotesTool {
  @Tool({
    name: "count_lines",
    description: "How many lines of the notes hold a text",
    parameters: z.object({ pattern: z.enum(["todo", "done"]) }),
  })
  async countLines({ pattern }: { pattern: string }) {
    return execSync(`grep -c "${pattern}" notes.txt`).toString();
  }
}
