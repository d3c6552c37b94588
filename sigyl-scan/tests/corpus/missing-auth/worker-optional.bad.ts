import { handleRpc } from "./rpc";

interface Env {
  AUTH_TOKEN?: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (env.AUTH_TOKEN) {
      if (request.headers.get("Authorization") !== `Bearer ${env.AUTH_TOKEN}`) {
        return new Response("Unauthorized", { status: 401 });
      }
    }
    return handleRpc(request, env);
  },
};
