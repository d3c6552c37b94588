import { Agent, fetch } from "undici";

const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
export const get = (path: string) => fetch(`https://proxmox.acme.io/${path}`, { dispatcher });
