import got from 'got';
export const get = (url: string) => got(url, { https: { rejectUnauthorized: false } });
