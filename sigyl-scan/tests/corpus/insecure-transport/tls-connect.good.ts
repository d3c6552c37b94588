import tls from "node:tls";

export const open = (host: string) => tls.connect({ host, port: 6514, servername: host });
