from .catalog import TOOLS
from .config import config


async def run(name, arguments):
    if name in config.blocked_tools:
        raise PermissionError(name)
    tool = TOOLS[name]
    return await tool.handler(**arguments)
