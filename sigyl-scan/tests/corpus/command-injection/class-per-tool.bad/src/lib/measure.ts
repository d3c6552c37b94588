import * as childProcess from "child_process";

export async function measure(host: string, count: number): Promise<string> {
  const command = process.platform === "win32" ? `ping -n ${count} ${host}` : `ping -c ${count} ${host}`;
  return childProcess.execSync(command).toString();
}
