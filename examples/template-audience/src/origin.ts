import type { RequestHandler } from "express";

import type { Config } from "./config.js";

/**
 * Refuses requests that a web page sends from elsewhere, and names that an attacker's DNS points at this machine.
 * Only browsers send an origin, so a request without one passes.
 */
export function checkOriginAndHost(config: Config): RequestHandler {
  const hosts = new Set([config.resource.host, `127.0.0.1:${config.port}`, `localhost:${config.port}`]);
  return (req, res, next) => {
    const { origin, host } = req.headers;
    if (origin !== undefined && !config.allowedOrigins.has(origin)) {
      res.status(403).json({ error: "this origin may not call the server" });
      return;
    }
    if (host === undefined || !hosts.has(host)) {
      res.status(403).json({ error: "the server does not go by this name" });
      return;
    }
    next();
  };
}
