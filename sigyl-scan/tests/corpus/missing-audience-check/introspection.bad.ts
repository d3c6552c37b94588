export const verifier = {
  async verifyAccessToken(token: string) {
    const answer = await fetch("https://id.acme.io/introspect", { method: "POST", body: new URLSearchParams({ token }) });
    const claims = (await answer.json()) as any;
    if (!claims.active) throw new Error("inactive");
    return { token, clientId: claims.client_id, scopes: claims.scope.split(" ") };
  },
};
