import { app } from "./app";

Bun.serve({ port: 3000, hostname: "127.0.0.1", fetch: app.fetch });
