import type { Request, Response } from "express";
import type { OAuthRegisteredClientsStore } from "@modelcontextprotocol/sdk/server/auth/clients.js";
import type { AuthorizationParams } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import type { OAuthClientInformationFull } from "@modelcontextprotocol/sdk/shared/auth.js";
import { MemoryClients } from "./clients";
import { pending } from "./pending";
import { approvalPage } from "./views";

interface Options {
  clientId: string;
  authorizeUrl: string;
  callbackUrl: string;
}

export class LinearProvider {
  readonly clientsStore: OAuthRegisteredClientsStore = new MemoryClients();

  constructor(private readonly options: Options) {}

  async authorize(client: OAuthClientInformationFull, params: AuthorizationParams, res: Response): Promise<void> {
    const ticket = pending.add({ client: client.client_id, ...params });
    res.cookie("__Host-ticket", ticket, { httpOnly: true, secure: true, sameSite: "strict", path: "/" });
    res.set("Content-Security-Policy", "frame-ancestors 'none'");
    res.send(approvalPage({ ticket, name: client.client_name, redirectUri: params.redirectUri }));
  }

  afterApproval(req: Request, res: Response): void {
    const ticket = String(req.body.ticket);
    if (req.cookies["__Host-ticket"] !== ticket) {
      res.status(403).end();
      return;
    }
    const target = new URL(this.options.authorizeUrl);
    target.searchParams.set("response_type", "code");
    target.searchParams.set("client_id", this.options.clientId);
    target.searchParams.set("redirect_uri", this.options.callbackUrl);
    target.searchParams.set("state", pending.approve(ticket));
    res.redirect(target.toString());
  }
}
