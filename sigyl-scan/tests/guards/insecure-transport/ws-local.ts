import WebSocket from 'ws';
export const feed = new WebSocket('ws://127.0.0.1:9222/devtools');
