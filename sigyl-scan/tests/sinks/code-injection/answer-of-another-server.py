from mcp.client.session import ClientSession
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("issues")


async def ask(tool_name, arguments):
    session = ClientSession(None, None)
    await session.initialize()
    result = await session.call_tool(tool_name, arguments)
    for item in result.content:
        if hasattr(item, "text") and item.text:
            return eval(item.text)


@mcp.tool()
async def issues(repository: str) -> str:
    return str(await ask("issues", {"repository": repository}))
