import express from "express";
import { mcp } from "./mcp";

let currentUser: { id: string } | null = null;
const app = express();
app.use((req, res, next) => {
  currentUser = (req as any).user;
  next();
});
app.post("/mcp", mcp);

export function listNotes() {
  return notesOf(currentUser!.id);
}
declare function notesOf(id: string): string[];
