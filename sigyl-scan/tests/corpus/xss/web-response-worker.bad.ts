const escapeMap: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };

function page(title: string, body: string): string {
  return "<!doctype html><title>" + title + "</title><body>" + body + "</body>";
}

export default {
  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/callback") {
      const message = url.searchParams.get("message") ?? "done";
      const safe = message.trim();
      return new Response(page("Callback", `<p>${safe}</p>`), { headers: { "content-type": "text/html" } });
    }
    return new Response("not found", { status: 404 });
  },
};
