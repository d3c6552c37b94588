interface Env {
  ORIGIN: string;
  GITHUB_CLIENT_ID: string;
  FLOWS: KVNamespace;
  CLIENTS: KVNamespace;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/.well-known/oauth-authorization-server":
        return Response.json({
          issuer: env.ORIGIN,
          authorization_endpoint: `${env.ORIGIN}/authorize`,
          token_endpoint: `${env.ORIGIN}/token`,
          registration_endpoint: `${env.ORIGIN}/clients`,
        });
      case "/clients": {
        const id = crypto.randomUUID();
        await env.CLIENTS.put(id, await request.text());
        return Response.json({ client_id: id }, { status: 201 });
      }
      case "/authorize": {
        const state = crypto.randomUUID();
        await env.FLOWS.put(state, url.search, { expirationTtl: 600 });
        const github = new URL("https://github.com/login/oauth/authorize");
        github.searchParams.append("client_id", env.GITHUB_CLIENT_ID);
        github.searchParams.append("redirect_uri", `${env.ORIGIN}/callback`);
        github.searchParams.append("state", state);
        return Response.redirect(github.href, 302);
      }
      default:
        return new Response("not found", { status: 404 });
    }
  },
};
