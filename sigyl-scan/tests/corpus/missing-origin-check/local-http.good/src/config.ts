export interface HttpConfig {
  host: string;
  port: number;
  transport: Record<string, unknown>;
}

export function loadConfig(): HttpConfig {
  const port = Number(process.env.PORT ?? 7788);
  return {
    host: "127.0.0.1",
    port,
    transport: {
      enableJsonResponse: true,
      enableDnsRebindingProtection: true,
      allowedHosts: [`127.0.0.1:${port}`, `localhost:${port}`],
    },
  };
}
