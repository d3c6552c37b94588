import dns from "node:dns/promises";
import ipaddr from "ipaddr.js";

export async function checkUrl(raw: string): Promise<void> {
  const { protocol, hostname } = new URL(raw);
  if (!["http:", "https:"].includes(protocol)) {
    throw new Error(`Protocol ${protocol} is not supported`);
  }
  const addresses = await dns.lookup(hostname, { all: true });
  for (const { address } of addresses) {
    if (ipaddr.parse(address).range() !== "unicast") {
      throw new Error("Private addresses are refused");
    }
  }
}
