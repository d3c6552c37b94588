export default { async fetch(request: Request) { return Response.redirect(new URL(request.url).searchParams.get('redirect_uri')!, 302); } };
