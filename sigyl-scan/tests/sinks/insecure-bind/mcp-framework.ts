import { MCPServer } from 'mcp-framework';
const server = new MCPServer({ transport: { type: 'http-stream', options: { port: 1337, host: '0.0.0.0' } } });
server.start();
