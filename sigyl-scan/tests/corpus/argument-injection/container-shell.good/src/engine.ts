import { execFile } from "node:child_process";
import { promisify } from "node:util";

const pexecFile = promisify(execFile);

export class Engine {
  readonly #binary: string;

  constructor(binary = process.env.CONTAINER_ENGINE || "docker") {
    this.#binary = binary;
  }

  async logs(container: string, tail: number) {
    return this.#call("logs", "--tail", String(tail), container);
  }

  async inspect(container: string) {
    const json = await this.#call("inspect", container);
    return JSON.parse(json);
  }

  async #call(...args: string[]): Promise<string> {
    const { stdout } = await pexecFile(this.#binary, args, { timeout: 15_000 });
    return stdout;
  }
}
