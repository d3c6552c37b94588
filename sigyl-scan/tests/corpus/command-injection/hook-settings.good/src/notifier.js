import { exec, execFile } from "node:child_process";
import { bus } from "./events.js";

export function installNotifier() {
  bus.on("task:done", ({ title, seconds }) => {
    execFile("notify-send", ["--", "Task finished", `${title} (${seconds}s)`]);
  });
}
