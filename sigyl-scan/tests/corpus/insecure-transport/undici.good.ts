import { Agent, fetch } from "undici";

const dispatcher = new Agent({ connect: { timeout: 5_000 } });
export const get = (path: string) => fetch(`https://proxmox.acme.io/${path}`, { dispatcher });
