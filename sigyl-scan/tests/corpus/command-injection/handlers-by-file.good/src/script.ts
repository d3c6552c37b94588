import { execFile } from "child_process";
import { promisify } from "util";

const execAsync = promisify(execFile);

export async function runScript(script: string): Promise<string> {
  const { stdout } = await execAsync("osascript", ["-e", script]);
  return stdout.trim();
}
