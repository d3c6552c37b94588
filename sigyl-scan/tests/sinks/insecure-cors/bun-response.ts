Bun.serve({ port: 3000, hostname: '127.0.0.1', fetch: async (req) => new Response('{}', { headers: { 'Access-Control-Allow-Origin': '*' } }) });
