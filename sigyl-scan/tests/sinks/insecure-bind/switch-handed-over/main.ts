import { Listener } from "./listener";

export async function start() {
  const listener = new Listener({
    address: process.env.LISTEN_ADDRESS || "0.0.0.0",
    port: Number(process.env.LISTEN_PORT ?? 7070),
    enableDnsRebindingProtection: process.env.REBINDING_PROTECTION === "on",
  });
  await listener.open();
}
