import { execSync } from "node:child_process";
import { z } from "zod";
import type { InferSchema, ToolMetadata } from "xmcp";

export const schema = {
  pattern: z.string().regex(/^[a-z0-9 ]+$/).describe("What to look for"),
};

export const metadata: ToolMetadata = {
  name: "count_lines",
  description: "How many lines of the notes hold a text",
};

export default async function countLines({ pattern }: InferSchema<typeof schema>) {
  return execSync(`grep -c "${pattern}" notes.txt`).toString();
}
