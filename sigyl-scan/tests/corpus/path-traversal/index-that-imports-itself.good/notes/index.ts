export * from "./read";
import { read } from "./";

export async function answer(name: string) {
  return { content: [{ type: "text" as const, text: await read(name) }] };
}
