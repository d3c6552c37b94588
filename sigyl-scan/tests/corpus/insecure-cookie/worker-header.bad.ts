export async function finish(sessionId: string): Promise<Response> {
  return new Response(null, {
    status: 302,
    headers: { Location: "/", "Set-Cookie": `session=${sessionId}; Path=/; Max-Age=86400` },
  });
}
