import { execFileSync, execSync } from "node:child_process";

/** Runs what whoever writes a command gives it. */
export function run(command) {
  return execSync(command).toString();
}

export class Unpacker {
  #version(program) {
    return execSync(`${program} --version`).toString();
  }

  unpack(file) {
    this.#version("unzip");
    execFileSync("unzip", ["-q", "--", file, "-d", "/srv/apps"]);
  }
}
