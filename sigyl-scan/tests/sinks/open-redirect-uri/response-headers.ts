export default { async fetch(request: Request) { return new Response(null, { status: 302, headers: { Location: new URL(request.url).searchParams.get('redirect_uri')! } }); } };
