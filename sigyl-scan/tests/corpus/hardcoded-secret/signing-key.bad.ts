import { SignJWT } from "jose";

const signingKey = "hV3x9Qm2LrT7wYb5NcKs";

export function sign(subject: string) {
  return new SignJWT({ sub: subject }).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(signingKey));
}
