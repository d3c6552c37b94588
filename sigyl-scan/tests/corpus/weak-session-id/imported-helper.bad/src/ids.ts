export const makeId = () => Math.random().toString(16).substring(2);
