import path from "node:path";

export type Checked = { ok: boolean; path: string; reason: string };

export class Jail {
  private constructor(private readonly root: string) {}

  static at(root: string): Jail {
    return new Jail(path.resolve(root));
  }

  async check(wanted: string): Promise<Checked> {
    const target = path.resolve(this.root, wanted);
    const inside = target === this.root || target.startsWith(this.root + path.sep);
    return { ok: inside, path: target, reason: inside ? "" : "outside of the project" };
  }
}
