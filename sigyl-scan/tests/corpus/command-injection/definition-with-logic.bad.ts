import { execSync } from "node:child_process";
import { container, injectable, injectAll } from "tsyringe";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const Definitions = Symbol("definitions");
const RunnerToken = Symbol("runner");

@injectable()
export class Runner {
  lint(folder: string): string {
    return execSync(`eslint ${folder}`).toString();
  }
}

@injectable()
export class Registry {
  constructor(@injectAll(Definitions) private definitions: any[]) {}

  registerAll(server: McpServer): void {
    for (const definition of this.definitions) {
      server.registerTool(definition.name, { inputSchema: definition.inputSchema }, wrapped(definition.logic));
    }
  }
}

const wrapped = (logic: any) => async (input: any) => ({ content: [{ type: "text" as const, text: await logic(input) }] });
const withRunner = (logic: any) => async (input: any) => logic(input, container.resolve<Runner>(RunnerToken));

export const lintTool = {
  name: "lint",
  description: "Lints a folder",
  inputSchema: z.object({ folder: z.string() }),
  logic: withRunner(async ({ folder }: { folder: string }, runner: Runner) => runner.lint(folder)),
};
