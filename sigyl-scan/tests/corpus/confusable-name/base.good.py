from mcp import types
from mcp.server.lowlevel import Server

app = Server("notes")


@app.list_tools()
async def list_tools():
    return [
        types.Tool(name="get_o1", description="Does a thing.", inputSchema={"type": "object"}),
        types.Tool(name="get_o3", description="Does a thing.", inputSchema={"type": "object"}),
        types.Tool(name="get_01x", description="Does a thing.", inputSchema={"type": "object"}),
    ]
