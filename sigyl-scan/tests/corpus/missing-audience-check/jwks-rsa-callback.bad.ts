import express from "express";
import jwt, { type JwtHeader, type SigningKeyCallback } from "jsonwebtoken";
import jwksClient from "jwks-rsa";
import { mcpHandler } from "./mcp";

const client = jwksClient({ jwksUri: "https://tenant.login.acme.io/.well-known/jwks.json", cache: true });

function signingKey(header: JwtHeader, done: SigningKeyCallback) {
  client.getSigningKey(header.kid, (error, key) => done(error, key?.getPublicKey()));
}

const app = express();
app.use(express.json());
app.use("/mcp", (req, res, next) => {
  const token = req.headers.authorization?.replace(/^Bearer /, "") ?? "";
  jwt.verify(token, signingKey, { algorithms: ["RS256"], issuer: "https://tenant.login.acme.io/" }, (error, claims) => {
    if (error) {
      res.status(401).json({ error: "invalid_token" });
      return;
    }
    res.locals.claims = claims;
    next();
  });
});
app.post("/mcp", mcpHandler);
app.listen(4100, "127.0.0.1");
