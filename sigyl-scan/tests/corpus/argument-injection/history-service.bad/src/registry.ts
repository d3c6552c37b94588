import type { ZodType } from "zod";

export interface ToolDef<T = any> {
  name: string;
  description: string;
  input: ZodType<T>;
  run: (args: T) => Promise<string>;
}

export const registry = new Map<string, ToolDef>();

export function defineTool<T>(def: ToolDef<T>): ToolDef<T> {
  registry.set(def.name, def as ToolDef);
  return def;
}
