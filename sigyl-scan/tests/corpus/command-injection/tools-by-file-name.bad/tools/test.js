import { exec } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(exec);
export const schema = { filter: z.string() };
export const handler = async ({ filter }) => {
  const { stdout } = await run(`make test FILTER="${filter}"`);
  return { content: [{ type: "text", text: stdout }] };
};
