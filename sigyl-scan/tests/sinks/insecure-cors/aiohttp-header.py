from aiohttp import web
async def mcp(request):
    return web.json_response({}, headers={"Access-Control-Allow-Origin": "*"})
