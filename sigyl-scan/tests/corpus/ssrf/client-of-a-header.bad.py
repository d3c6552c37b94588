from fastmcp import Context, FastMCP
from tracking import Client

mcp = FastMCP("traces")


async def client_of(ctx: Context) -> Client:
    settings = {"token": await ctx.get_state("token")}
    address = ctx.get_http_request().headers.get("X-Tracking-Address")
    if address:
        settings["api_url"] = address
    return Client(**settings)


@mcp.tool()
async def runs(project: str, ctx: Context) -> list:
    client = await client_of(ctx)
    return client.runs(project)
