import { randomBytes } from "node:crypto";

export class Provider {
  private accessTokens: Record<string, { clientId: string }> = {};

  issue(clientId: string) {
    const token = randomBytes(32).toString("hex");
    this.accessTokens[token] = { clientId };
    return { access_token: token, token_type: "bearer" };
  }

  verify(token: string) {
    return this.accessTokens[token];
  }
}
