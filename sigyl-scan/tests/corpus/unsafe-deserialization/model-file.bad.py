import torch
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("models")


@mcp.tool()
def describe_checkpoint(path: str) -> list[str]:
    """Lists the layers of a checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    return list(state.keys())
