import { randomInt } from "node:crypto";

function shortId(length = 12): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)];
  return text;
}

export function issue(store: Map<string, string>, user: string) {
  const accessToken = shortId(32);
  store.set(accessToken, user);
  return accessToken;
}
