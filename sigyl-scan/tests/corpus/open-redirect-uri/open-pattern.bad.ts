const PATTERN = /^https:\/\/[a-z]+.acme.io/;

export const check = (client: { redirectUri: string }) => PATTERN.test(client.redirectUri);
