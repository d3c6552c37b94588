import { exec } from "node:child_process";
import { promisify } from "node:util";
import { Names } from "./names.js";

const run = promisify(exec);

export const makeTool = Object.freeze({
  kind: "internal",
  name: Names.MAKE,
  description: `Makes a target of the project, after ${Names.LIST}`,
  inputSchema: { type: "object", properties: { target: { type: "string" } } },
  call: async (request) => {
    const { args } = request;
    const { stdout } = await run(`make ${args.target.trim()}`);
    return { content: [{ type: "text", text: stdout }] };
  },
});
