import json
import os
import shutil

from mcp.server.lowlevel import Server
from mcp.types import TextContent

server = Server("backups")
ROOT = "/srv/backups"


def _inside(path):
    full = os.path.realpath(os.path.join(ROOT, path))
    return full, os.path.commonprefix([full, ROOT]) == ROOT


def list_backup(arguments):
    full, ok = _inside(arguments.get("path", ""))
    if not ok:
        raise PermissionError("outside")
    return json.dumps(sorted(os.listdir(full)))


def drop_backup(arguments):
    full, ok = _inside(arguments["path"])
    if not ok:
        raise PermissionError("outside")
    shutil.rmtree(full)
    return "dropped"


TOOLS = {"list_backup": list_backup, "drop_backup": drop_backup}


@server.call_tool()
async def handle(name, arguments):
    run = TOOLS.get(name)
    if run is None:
        raise ValueError(name)
    return [TextContent(type="text", text=run(arguments or {}))]
