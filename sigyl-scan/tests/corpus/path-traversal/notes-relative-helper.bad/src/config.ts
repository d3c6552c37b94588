import os from "node:os";
import path from "node:path";

export interface Config {
  vault: string;
  encoding: BufferEncoding;
}

export function loadConfig(argv: string[]): Config {
  const vault = argv[0] ?? path.join(os.homedir(), "vault");
  return { vault: path.resolve(vault), encoding: "utf8" };
}
