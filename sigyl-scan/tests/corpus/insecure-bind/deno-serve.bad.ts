import { handler } from "./handler.ts";

Deno.serve({ port: 8000 }, handler);
