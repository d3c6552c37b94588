import { execSync } from "node:child_process";
import express from 'express';
const app = express();
app.use(express.json());
app.post('/x/:name', async (req, res) => {
  execSync(req.get("x-a")!);
  res.json({});
});
app.listen(1, '127.0.0.1');
