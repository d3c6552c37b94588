from mcp import types
from mcp.server.lowlevel import Server

app = Server("notes")


@app.list_tools()
async def list_tools():
    return [
        types.Tool(name="step1", description="Does a thing.", inputSchema={"type": "object"}),
        types.Tool(name="step2", description="Does a thing.", inputSchema={"type": "object"}),
        types.Tool(name="step10", description="Does a thing.", inputSchema={"type": "object"}),
    ]
