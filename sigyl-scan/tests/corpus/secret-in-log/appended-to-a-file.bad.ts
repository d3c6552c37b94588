import { appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function tracer(enabled: boolean) {
  if (!enabled) return () => {};
  const file = join(tmpdir(), `bridge-${process.pid}.log`);
  return (event: string, details: Record<string, unknown>) => {
    const line = JSON.stringify({ time: Date.now(), event, ...details });
    appendFileSync(file, `${line}\n`);
  };
}

export async function connect() {
  const trace = tracer(process.argv.includes("--debug"));
  const headers = { Authorization: `Bearer ${process.env.SHOP_SECRET_KEY}`, "User-Agent": "bridge" };
  trace("connect", { headers });
  return fetch("https://shop.example/api", { headers });
}

connect();
