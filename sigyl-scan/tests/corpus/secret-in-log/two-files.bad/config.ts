export interface Config {
  endpoint: string;
  privateKey: string;
}

export function read(): Config {
  const privateKey = process.env.SIGNER_PRIVATE_KEY;
  if (!privateKey) {
    throw new Error("SIGNER_PRIVATE_KEY is missing");
  }
  return { endpoint: process.env.RPC_URL ?? "http://127.0.0.1:8545", privateKey };
}
