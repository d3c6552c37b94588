import re
import shutil
from pathlib import Path
from typing import Annotated

from fastmcp import FastMCP
from pydantic import AfterValidator

mcp = FastMCP("inbox")
INBOX = Path("/srv/inbox")
DONE = Path("/srv/done")


def plain_name(value: str) -> str:
    if not re.search(r"\.(txt|md)$", value):
        raise ValueError("only text files")
    return value


@mcp.tool
def finish(name: Annotated[str, AfterValidator(plain_name)]) -> str:
    """Move a file of the inbox to the folder of what is done."""
    shutil.move(str(INBOX / name), str(DONE / name))
    return "done"
