import express from "express";
import jwt, { type JwtHeader, type SigningKeyCallback, type VerifyOptions } from "jsonwebtoken";
import jwksClient from "jwks-rsa";
import { mcpHandler } from "./mcp";

const client = jwksClient({ jwksUri: "https://tenant.login.acme.io/.well-known/jwks.json", cache: true });
const checks: VerifyOptions = {
  algorithms: ["RS256"],
  issuer: "https://tenant.login.acme.io/",
  audience: ["https://mcp.acme.io/", "https://mcp.acme.io/mcp"],
};

function signingKey(header: JwtHeader, done: SigningKeyCallback) {
  client.getSigningKey(header.kid, (error, key) => done(error, key?.getPublicKey()));
}

const app = express();
app.use(express.json());
app.use("/mcp", (req, res, next) => {
  const token = req.headers.authorization?.replace(/^Bearer /, "") ?? "";
  jwt.verify(token, signingKey, checks, (error, claims) => {
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
