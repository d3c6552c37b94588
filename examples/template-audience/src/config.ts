/** What the server is told by its environment. */
export interface Config {
  /** Address to listen on; the loopback address unless a proxy or a container asks for another. */
  host: string;
  port: number;
  /** The resource identifier: the address of the endpoint as clients know it, and the audience of its tokens. */
  resource: URL;
  /** The authorization server that issues the tokens, as it stands in their `iss`. */
  issuer: string;
  /** Where that server publishes its public keys. */
  jwksUrl: URL;
  /** Web origins whose pages may call the endpoint. Clients that are no browsers send no origin. */
  allowedOrigins: ReadonlySet<string>;
}

export function readConfig(env: NodeJS.ProcessEnv): Config {
  const port = Number(env.PORT ?? 3000);
  return {
    host: env.HOST ?? "127.0.0.1",
    port,
    resource: trustedUrl("MCP_URL", env.MCP_URL ?? `http://127.0.0.1:${port}/mcp`),
    issuer: issuerFrom(env.OAUTH_ISSUER),
    jwksUrl: trustedUrl("OAUTH_JWKS_URL", env.OAUTH_JWKS_URL),
    allowedOrigins: new Set((env.ALLOWED_ORIGINS ?? "").split(",").filter((origin) => origin !== "")),
  };
}

/** The issuer exactly as written, since `iss` is compared as text: parsing would add a slash. */
function issuerFrom(value: string | undefined): string {
  trustedUrl("OAUTH_ISSUER", value);
  return value ?? "";
}

/** An `https` address; plain `http` only on this machine, for trying things out. */
function trustedUrl(name: string, value: string | undefined): URL {
  if (value === undefined || !URL.canParse(value)) {
    throw new Error(`${name} must be set to an address`);
  }
  const url = new URL(value);
  const local = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new Error(`${name} must be an https address`);
  }
  return url;
}
