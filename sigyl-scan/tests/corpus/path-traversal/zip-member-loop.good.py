import os
import shutil
import zipfile

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("skills")
SKILLS = os.path.abspath("skills")


def extract_safely(archive_path: str, destination: str) -> int:
    count = 0
    with zipfile.ZipFile(archive_path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            target = os.path.abspath(os.path.join(destination, info.filename))
            if not target.startswith(destination + os.sep):
                raise ValueError(f"unsafe member {info.filename}")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with archive.open(info) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink)
            count += 1
    return count


@mcp.tool()
def import_skill(name: str) -> str:
    """Import an uploaded skill by its name."""
    if not name.isalnum():
        raise ValueError("bad name")
    count = extract_safely(os.path.join("/srv/uploads", f"{name}.zip"), SKILLS)
    return f"{count} files"
