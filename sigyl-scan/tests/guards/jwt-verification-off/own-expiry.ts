import { decodeJwt } from 'jose';
export async function fresh(stored: { access_token: string }, refresh: () => Promise<string>) {
  const { exp } = decodeJwt(stored.access_token);
  return exp && exp * 1000 > Date.now() ? stored.access_token : refresh();
}
