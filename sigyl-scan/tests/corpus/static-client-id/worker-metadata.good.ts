interface Env {
  ORIGIN: string;
  GITHUB_CLIENT_ID: string;
  FLOWS: KVNamespace;
}

const DESKTOP = { id: "acme-desktop", redirectUri: "http://127.0.0.1:43117/callback" };

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/.well-known/oauth-authorization-server":
        return Response.json({
          issuer: env.ORIGIN,
          authorization_endpoint: `${env.ORIGIN}/authorize`,
          token_endpoint: `${env.ORIGIN}/token`,
        });
      case "/authorize": {
        const { client_id: id, redirect_uri: redirectUri } = Object.fromEntries(url.searchParams);
        if (id !== DESKTOP.id || redirectUri !== DESKTOP.redirectUri) {
          return new Response("unknown client", { status: 400 });
        }
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
