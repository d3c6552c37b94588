import hashlib
import json
import os
import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("results")
FOLDER = os.environ["RESULTS_FOLDER"]


@mcp.tool()
def keep(rows: list[str], result_name: str | None = None) -> str:
    """Keeps rows as a file, by their digest unless they are named."""

    def write(data: str) -> str:
        file_name = f"{result_name or hashlib.sha256(data.encode()).hexdigest()}.json"
        with open(os.path.join(FOLDER, file_name), "w") as out:
            out.write(data)
        return file_name

    if result_name and re.fullmatch(r"[A-Za-z0-9_-]+", result_name) is None:
        raise ValueError("a name has letters, digits, dashes and underscores only")
    return write(json.dumps(rows))
