import jwt from "jsonwebtoken";

export class Tokens {
  constructor(private readonly secret: string) {}
  issue(clientId: string, scopes: string[]) {
    return jwt.sign({ client_id: clientId, scopes }, this.secret, { algorithm: "HS256", expiresIn: "1h" });
  }
}
