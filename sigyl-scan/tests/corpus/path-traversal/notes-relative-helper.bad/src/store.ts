import { promises as fs } from "node:fs";
import * as path from "node:path";
import type { Config } from "./config.js";
import { insideVault } from "./paths.js";

export class NoteStore {
  private readonly root: string;

  constructor(private readonly config: Config) {
    this.root = config.vault;
  }

  async read(file: string): Promise<string> {
    const target = insideVault(this.root, file);
    return fs.readFile(target, this.config.encoding);
  }

  async append(file: string, text: string): Promise<void> {
    const target = insideVault(this.root, file);
    await fs.mkdir(path.dirname(target), { recursive: true });
    await fs.appendFile(target, text + "\n");
  }
}
