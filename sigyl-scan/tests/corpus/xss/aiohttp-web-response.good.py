import html

from aiohttp import web


async def approve(request: web.Request) -> web.Response:
    client = request.query.get("client_name", "")
    page = "<html><body><h1>Allow %s?</h1></body></html>" % html.escape(client)
    return web.Response(text=page, content_type="text/html")


app = web.Application()
app.router.add_get("/approve", approve)

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=8090)
