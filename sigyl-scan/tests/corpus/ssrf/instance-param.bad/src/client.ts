import axios, { type AxiosInstance } from "axios";

const clients = new Map<string, AxiosInstance>();

export function clientFor(host: string): AxiosInstance {
  const known = clients.get(host);
  if (known) return known;
  const made = axios.create({
    baseURL: `https://${host}/api/v4`,
    headers: { "PRIVATE-TOKEN": process.env.FORGE_TOKEN ?? "" },
  });
  clients.set(host, made);
  return made;
}
