import jwt from "jsonwebtoken";
import jwksClient from "jwks-rsa";

export class TokenGate {
  constructor(settings) {
    this.settings = settings;
    this.keys = jwksClient({ jwksUri: settings.keysAt });
  }

  async validate(token) {
    const parsed = jwt.decode(token, { complete: true });
    if (!parsed) {
      throw new Error("no token");
    }
    const key = (await this.keys.getSigningKey(parsed.header.kid)).getPublicKey();
    const verified = jwt.verify(token, key, { algorithms: ["RS256"], issuer: this.settings.issuer });
    return verified;
  }
}
