export const get = (url: string) => fetch(url, { tls: { rejectUnauthorized: false } } as RequestInit);
