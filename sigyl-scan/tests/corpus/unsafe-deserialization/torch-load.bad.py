import torch

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("variant")


@mcp.tool()
def inspect(weights: str) -> int:
    """Looks at weights."""
    return len(torch.load(weights, weights_only=False))
