import html
import itertools
import os
import re
import shlex

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("sounds")
PART = re.compile(r"[a-z]+")


@mcp.tool()
def convert(source: str) -> str:
    stem, _ = os.path.splitext(html.unescape(source))
    given = {"from": shlex.quote(source), "to": shlex.quote(stem + ".ogg")}
    return os.popen("sox %(from)s %(to)s" % given).read()


@mcp.tool()
def tags(names: str) -> str:
    wanted = [found.group(0) for found in PART.finditer(names)]
    return os.popen(" ".join(itertools.chain(["id3v2", "-l"], wanted))).read()
