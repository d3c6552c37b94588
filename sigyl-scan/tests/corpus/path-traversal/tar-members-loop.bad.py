import os
import tarfile

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("datasets")
TARGET = os.path.realpath("/srv/datasets")


@mcp.tool()
def import_dataset(upload: str) -> str:
    """Unpack an archive of a dataset that was uploaded."""
    if not upload.isalnum():
        raise ValueError("bad name of an upload")
    with tarfile.open(f"/srv/uploads/{upload}.tgz") as archive:
        for member in archive.getmembers():
            if member.size > 1_000_000_000:
                raise ValueError("too large")
        archive.extractall(TARGET)
    return "imported"


@mcp.tool()
def mirrors() -> list:
    """Mirrors of the datasets."""
    return requests.get("https://datasets.example.com/mirrors.json", timeout=5).json()
