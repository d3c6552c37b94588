import subprocess

from mcp.server.lowlevel import Server

server = Server("net")


def ping(arguments):
    return len(arguments["host"])


def trace(arguments):
    return subprocess.run(["traceroute", "--", arguments["host"]], capture_output=True).stdout


def logged(work):
    def around(arguments):
        print("called")
        return work(arguments)

    return around


TOOLS = {"ping": logged(ping), "trace": logged(trace)}


@server.call_tool()
async def call(name, arguments):
    return [{"type": "text", "text": str(TOOLS[name](arguments))}]
