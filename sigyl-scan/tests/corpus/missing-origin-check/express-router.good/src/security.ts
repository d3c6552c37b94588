import type { RequestHandler } from "express";

export function rejectForeignHosts(known: string[]): RequestHandler {
  return (req, res, next) => {
    const name = (req.headers.host ?? "").replace(/:\d+$/, "");
    if (known.indexOf(name) === -1) {
      res.statusCode = 403;
      res.end("host");
      return;
    }
    next();
  };
}
