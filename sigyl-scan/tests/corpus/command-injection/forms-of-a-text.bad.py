import html
import itertools
import os
import re

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sounds")
PART = re.compile(r"[^,]+")


@mcp.tool()
def convert(source: str) -> str:
    stem, _ = os.path.splitext(html.unescape(source))
    return os.popen("sox %(from)s %(to)s" % {"from": source, "to": stem + ".ogg"}).read()


@mcp.tool()
def tags(names: str) -> str:
    wanted = [found.group(0) for found in PART.finditer(names)]
    return os.popen(" ".join(itertools.chain(["id3v2", "-l"], wanted))).read()
