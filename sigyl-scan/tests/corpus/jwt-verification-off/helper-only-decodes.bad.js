import express from "express";
import { decodeJwt } from "jose";

function claimsOf(token) {
  const claims = decodeJwt(token);
  if (claims.iss !== "https://id.example.com") throw new Error("wrong issuer");
  return claims;
}

const app = express();
app.use((req, res, next) => {
  const [, token] = (req.headers.authorization ?? "").split(" ");
  req.user = claimsOf(token);
  next();
});
