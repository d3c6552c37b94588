import { sign } from "jsonwebtoken";

export function login(user: { id: string; name: string }) {
  const claims = { sub: user.id, name: user.name };
  const token = sign(claims, process.env.JWT_KEY as string);
  return { token };
}
