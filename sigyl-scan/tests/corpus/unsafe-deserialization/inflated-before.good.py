import base64
import json
import zlib

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool()
def restore(snapshot: str) -> int:
    """Restores notes from a snapshot."""
    inflater = zlib.decompressobj()
    return len(json.loads(inflater.decompress(base64.b64decode(snapshot), 1_000_000)))
