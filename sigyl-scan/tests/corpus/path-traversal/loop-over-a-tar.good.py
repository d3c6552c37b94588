import tarfile
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("unpack")
FOLDER = Path("/var/lib/unpacked").resolve()


@mcp.tool()
def unpack(name: int) -> str:
    with tarfile.open(f"/var/lib/incoming/{name}.tar") as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is None:
                continue
            out = (FOLDER / member.name).resolve()
            if not out.is_relative_to(FOLDER):
                raise ValueError("this archive leaves its folder")
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(source.read())
    return "done"
