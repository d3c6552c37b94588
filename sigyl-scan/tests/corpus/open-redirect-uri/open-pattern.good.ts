const PATTERN = /^https:\/\/[a-z]+\.acme\.io\/callback$/;

export const check = (client: { redirectUri: string }) => PATTERN.test(client.redirectUri);
