from mcp.server.fastmcp import FastMCP

from .workspace import Workspace

mcp = FastMCP("workspace")
workspace = Workspace.from_env()


@mcp.tool()
def read_source(path: str, start: int = 0, end: int | None = None) -> str:
    """Read lines of a source file of the workspace."""
    lines = workspace.open_text(path).splitlines()
    return "\n".join(lines[start:end])


@mcp.tool()
def remove_source(path: str) -> str:
    """Remove a file of the workspace."""
    workspace.remove(path)
    return f"removed {path}"


if __name__ == "__main__":
    mcp.run()
