from mcp import types
from mcp.server.lowlevel import Server

app = Server("notes")


@app.list_tools()
async def list_tools():
    return [
        types.Tool(name="search", description="Does a thing.", inputSchema={"type": "object"}),
        types.Tool(name="seаrch", description="Does a thing.", inputSchema={"type": "object"}),
    ]
