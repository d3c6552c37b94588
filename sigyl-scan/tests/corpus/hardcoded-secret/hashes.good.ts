export const CHECKSUMS = {
  "tool-linux-x64.tar.gz": "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  commit: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  id: "550e8400-e29b-41d4-a716-446655440000",
};
export const publicKey = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----`;
export const keyId = "k1-2026-03-primary-signer";
