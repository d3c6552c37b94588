import type { Response } from "express";
import type { OAuthRegisteredClientsStore } from "@modelcontextprotocol/sdk/server/auth/clients.js";
import type { AuthorizationParams } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import type { OAuthClientInformationFull } from "@modelcontextprotocol/sdk/shared/auth.js";
import { MemoryClients } from "./clients";
import { pending } from "./pending";

interface Options {
  clientId: string;
  authorizeUrl: string;
  callbackUrl: string;
}

export class LinearProvider {
  readonly clientsStore: OAuthRegisteredClientsStore = new MemoryClients();

  constructor(private readonly options: Options) {}

  async authorize(client: OAuthClientInformationFull, params: AuthorizationParams, res: Response): Promise<void> {
    const state = pending.add({ client: client.client_id, ...params });
    const target = new URL(this.options.authorizeUrl);
    target.searchParams.set("response_type", "code");
    target.searchParams.set("client_id", this.options.clientId);
    target.searchParams.set("redirect_uri", this.options.callbackUrl);
    target.searchParams.set("state", state);
    res.redirect(target.toString());
  }
}
