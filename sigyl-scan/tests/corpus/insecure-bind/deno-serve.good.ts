import { handler } from "./handler.ts";

Deno.serve({ port: 8000, hostname: "127.0.0.1" }, handler);
