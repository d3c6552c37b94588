import { writeFile } from "node:fs/promises";

export async function saveState(path: string, state: Record<string, unknown>) {
  await writeFile(path, JSON.stringify({ ...state, env: process.env }));
}
