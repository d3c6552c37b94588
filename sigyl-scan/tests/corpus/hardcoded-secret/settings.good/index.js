export const name = "acme";
