import { AsyncLocalStorage } from 'node:async_hooks';
import express from 'express';
const caller = new AsyncLocalStorage<{ token?: string }>();
const app = express();
app.post('/mcp', (req, res) => caller.run({ token: req.headers['x-token'] as string }, () => res.end()));
