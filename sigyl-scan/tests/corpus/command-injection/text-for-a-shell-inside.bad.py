import docker
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("kennel")
engine = docker.from_env()


@mcp.tool()
def disk_use(kennel: str, folder: str) -> str:
    """Show how much space a folder takes."""
    held = engine.containers.get(kennel)
    return held.exec_run(f"sh -c 'du -sh {folder}'").output.decode()
