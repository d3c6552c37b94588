import io
import tarfile

import docker
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("kennel")
engine = docker.from_env()


@mcp.tool()
def bring_out(kennel: str) -> str:
    """Copy what a container has written."""
    chunks, _ = engine.containers.get(kennel).get_archive("/out")
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        archive.extractall("/srv/kennel")
    return "copied"
