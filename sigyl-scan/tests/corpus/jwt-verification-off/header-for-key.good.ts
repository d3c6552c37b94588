import jwt from "jsonwebtoken";
import { keyFor } from "./keys";

export async function verify(token: string) {
  const head = jwt.decode(token, { complete: true });
  return jwt.verify(token, await keyFor(head!.header.kid!), { algorithms: ["ES256"] });
}
