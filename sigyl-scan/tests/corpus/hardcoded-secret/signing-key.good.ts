import { SignJWT } from "jose";

const signingKey = process.env.SIGNING_KEY ?? "";

export function sign(subject: string) {
  return new SignJWT({ sub: subject }).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(signingKey));
}
