export function claims(token: string) {
  const [, body] = token.split(".");
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}

export async function load(wasm: string) {
  return WebAssembly.instantiate(Buffer.from(wasm, "base64"));
}
