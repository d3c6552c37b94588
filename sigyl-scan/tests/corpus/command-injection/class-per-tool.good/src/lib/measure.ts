import * as childProcess from "child_process";

export async function measure(host: string, count: number): Promise<string> {
  const option = process.platform === "win32" ? "-n" : "-c";
  return childProcess.execFileSync("ping", [option, String(count), "--", host]).toString();
}
