Bun.serve({ hostname: '127.0.0.1', fetch: () => new Response('', { headers: { 'Set-Cookie': `session=${crypto.randomUUID()}; Path=/` } }) });
