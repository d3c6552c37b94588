import { FastMCP } from 'fastmcp';
const server = new FastMCP({ name: 'notes', version: '1.0.0', authenticate: async (request) => {
  const key = request.headers['x-api-key'];
  if (process.env.API_KEY && key !== process.env.API_KEY) throw new Response(null, { status: 401 });
  return { id: 1 };
} });
server.start({ transportType: 'httpStream', httpStream: { port: 8080 } });
