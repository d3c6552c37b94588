export const name = "tools";
