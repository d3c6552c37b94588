export const requestId = () => Math.random().toString(36).slice(2);
