"""The official client of both eras: `modern_client.py URL MODE TOOL ARGUMENTS` prints what it found, as JSON."""

import asyncio
import json
import sys

import mcp_types as types
from mcp.client import Client


async def main(url: str, mode: str, tool: str, arguments: str) -> None:
    steps: list[float] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        steps.append(done)

    async def elicit(context: object, params: object) -> types.ElicitResult:
        return types.ElicitResult(action="decline")

    # Only who can answer says so: what a server may ask depends on it.
    answers = {"elicitation_callback": elicit} if "elicitation" in tool else {}
    async with Client(url, mode=mode, **answers) as client:
        tools = [listed.name for listed in (await client.list_tools()).tools]
        result = await client.call_tool(tool, json.loads(arguments), progress_callback=progress)
        print(json.dumps({"version": client.protocol_version, "tools": tools, "text": result.content[0].text, "progress": steps}))


asyncio.run(main(*sys.argv[1:]))
