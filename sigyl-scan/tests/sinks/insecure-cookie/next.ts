import { cookies } from 'next/headers';
export async function GET() { (await cookies()).set('auth_token', crypto.randomUUID(), { httpOnly: false }); return new Response(''); }
