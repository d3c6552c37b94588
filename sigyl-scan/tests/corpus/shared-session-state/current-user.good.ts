import { AsyncLocalStorage } from "node:async_hooks";
import express from "express";
import { mcp } from "./mcp";

const store = new AsyncLocalStorage<{ id: string }>();
const app = express();
app.use((req, res, next) => {
  store.run((req as any).user, next);
});
app.post("/mcp", mcp);

export function listNotes() {
  return notesOf(store.getStore()!.id);
}
declare function notesOf(id: string): string[];
