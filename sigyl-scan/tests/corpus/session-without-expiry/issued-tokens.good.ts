import { randomBytes } from "node:crypto";

export class Provider {
  private accessTokens: Record<string, { clientId: string; expiresAt: number }> = {};

  issue(clientId: string) {
    const token = randomBytes(32).toString("hex");
    this.accessTokens[token] = { clientId, expiresAt: Date.now() + 3_600_000 };
    return { access_token: token, token_type: "bearer", expires_in: 3600 };
  }

  verify(token: string) {
    const found = this.accessTokens[token];
    return found && found.expiresAt > Date.now() ? found : undefined;
  }
}
