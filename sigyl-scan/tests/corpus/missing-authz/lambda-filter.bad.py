import argparse

from mcp.server.lowlevel import Server

from . import tools

parser = argparse.ArgumentParser()
parser.add_argument("--allowed-tools", nargs="*", default=None)
args = parser.parse_args()


async def on_list(ctx, params):
    if args.allowed_tools is None:
        return tools.ALL
    return list(filter(lambda tool: tool.name in args.allowed_tools, tools.ALL))


async def on_call(ctx, params):
    return await getattr(tools, params.name)(**params.arguments)


server = Server("git", on_list_tools=on_list, on_call_tool=on_call)
