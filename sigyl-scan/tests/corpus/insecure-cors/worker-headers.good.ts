const ORIGIN = "https://app.acme.io";

export default {
  async fetch(request: Request): Promise<Response> {
    const headers = { "Access-Control-Allow-Origin": ORIGIN, Vary: "Origin" };
    if (request.method === "OPTIONS") return new Response(null, { headers });
    return new Response("{}", { headers });
  },
};
