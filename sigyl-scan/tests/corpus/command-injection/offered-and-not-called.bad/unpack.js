import { execSync } from "node:child_process";

export class Unpacker {
  list(file) {
    return execSync(`zipinfo -1 "${file}"`).toString().split("\n");
  }

  unpack(file) {
    const names = this.list(file);
    execSync(`unzip -q "${file}" -d /srv/apps`);
    return names;
  }
}
