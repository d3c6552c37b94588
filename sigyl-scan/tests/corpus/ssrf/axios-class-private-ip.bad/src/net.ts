import dns from "node:dns/promises";
import ipaddr from "ipaddr.js";

export async function checkUrl(raw: string): Promise<void> {
  const { protocol, hostname } = new URL(raw);
  if (!["http:", "https:"].includes(protocol)) {
    throw new Error(`Protocol ${protocol} is not supported`);
  }
  if (hostname === "localhost" || hostname === "127.0.0.1") {
    throw new Error("Local addresses are refused");
  }
}
