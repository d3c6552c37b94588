export const retryDelay = (attempt: number) => 2 ** attempt * 100 + Math.random() * 100;
