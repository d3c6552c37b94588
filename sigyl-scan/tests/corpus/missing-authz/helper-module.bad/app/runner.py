from .catalog import TOOLS


async def run(name, arguments):
    tool = TOOLS[name]
    return await tool.handler(**arguments)
