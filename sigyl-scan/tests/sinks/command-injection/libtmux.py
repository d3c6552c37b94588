from mcp.server.fastmcp import FastMCP
import libtmux
mcp = FastMCP('x')

@mcp.tool()
async def t(a: str, b: str = '') -> str:
    libtmux.Server().sessions[0].active_window.active_pane.send_keys(f'ls {a}')
    return ''
