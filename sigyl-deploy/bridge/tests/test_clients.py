"""Servers and clients that nobody here wrote."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import EVERYTHING, FULL, MODERN_PYTHON, Bridge, running, wait_for
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client

INSPECTOR = Path(os.environ["SIGYL_TEST_INSPECTOR"], "node_modules")
MODERN_SERVER = Path(__file__).parents[3] / "tests/servers/modern/server.py"
SERVERS = {
    "everything": (["node", str(EVERYTHING), "stdio"], "echo", {"message": "hello"}, "Echo: hello"),
    "time": ([sys.executable, "-m", "mcp_server_time", "--local-timezone=UTC"], "get_current_time", {"timezone": "UTC"}, '"timezone": "UTC"'),
    "modern": ([MODERN_PYTHON, str(MODERN_SERVER)], "add", {"a": 40, "b": 2}, "42"),
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# Each client takes seconds to start; with the full counts everything meets everything.
PAIRS = [(name, mode) for name in SERVERS for mode in ("session", "shared")]
FEW = [("everything", "session"), ("time", "shared"), ("modern", "session")]


@pytest.fixture(scope="module", params=PAIRS if FULL else FEW, ids="-".join)
def served(request: pytest.FixtureRequest):
    name, mode = request.param
    with running(*SERVERS[name][0], mode=mode) as bridge:
        yield bridge.ready(), *SERVERS[name][1:]


@pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
def test_the_inspector(served: tuple, era: str) -> None:
    bridge, tool, arguments, expected = served
    given = [f"{key}={value}" for key, value in arguments.items()]
    answer = inspect(bridge, era, "--method", "tools/call", "--tool-name", tool, "--tool-arg", *given)
    assert expected in answer["content"][0]["text"]
    if FULL:
        assert tool in [listed["name"] for listed in inspect(bridge, era, "--method", "tools/list")["tools"]]


def inspect(bridge: Bridge, era: str, *arguments: str) -> dict:
    node = next(INSPECTOR.glob("node-linux-*/bin/node"))
    cli = INSPECTOR / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    told = subprocess.run(
        [node, cli, "--cli", bridge.url, "--transport", "http", "--protocol-era", era, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout)


@pytest.mark.parametrize("mode", ["legacy", "auto", "2026-07-28"])
def test_the_official_client_of_both_eras(served: tuple, mode: str) -> None:
    bridge, tool, arguments, expected = served
    told = modern_client(bridge, mode, tool, arguments)
    assert expected in told["text"] and tool in told["tools"]
    assert told["version"] == ("2025-11-25" if mode == "legacy" else "2026-07-28")


def modern_client(bridge: Bridge, mode: str, tool: str, arguments: dict) -> dict:
    script = Path(__file__).with_name("modern_client.py")
    told = subprocess.run(
        [MODERN_PYTHON, script, bridge.url, mode, tool, json.dumps(arguments)], capture_output=True, text=True, timeout=120
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_progress_reaches_the_official_client(mode: str) -> None:
    with running("node", str(EVERYTHING), "stdio") as bridge:
        told = modern_client(bridge.ready(), mode, "trigger-long-running-operation", {"duration": 1, "steps": 3})
        assert told["progress"] == [1, 2, 3]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_server_that_asks_reaches_the_official_client(mode: str) -> None:
    with running("node", str(EVERYTHING), "stdio") as bridge:
        told = modern_client(bridge.ready(), mode, "trigger-elicitation-request", {})
        assert "declined" in told["text"]


@pytest.mark.anyio
async def test_the_older_official_client_with_all_that_a_server_may_ask() -> None:
    async def sample(context: object, params: types.CreateMessageRequestParams) -> types.CreateMessageResult:
        return types.CreateMessageResult(
            role="assistant", content=types.TextContent(type="text", text="sampled by the test"), model="test"
        )

    async def elicit(context: object, params: types.ElicitRequestParams) -> types.ElicitResult:
        return types.ElicitResult(action="decline")

    async def roots(context: object) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri="file:///canary-root", name="canary")])

    with running("node", str(EVERYTHING), "stdio") as bridge:
        async with streamable_http_client(bridge.ready().url) as (read, write, _):
            async with ClientSession(
                read, write, sampling_callback=sample, elicitation_callback=elicit, list_roots_callback=roots
            ) as session:
                assert (await session.initialize()).serverInfo.name == "mcp-servers/everything"
                sampled = await session.call_tool("trigger-sampling-request", {"prompt": "p", "maxTokens": 10})
                assert "sampled by the test" in sampled.content[0].text
                declined = await session.call_tool("trigger-elicitation-request", {})
                assert "decline" in json.dumps([content.model_dump() for content in declined.content])
                found = await session.call_tool("get-roots-list", {})
                assert "canary-root" in found.content[0].text
                assert (await session.read_resource("demo://resource/static/document/features.md")).contents
        wait_for(lambda: not bridge.descendants(), "the end of its process: the client said goodbye")


def test_abandoned_sessions_of_a_real_server() -> None:
    # Bridges elsewhere hold a process for each: gigabytes after 52.
    count = 52 if FULL else 6
    with running("node", str(EVERYTHING), "stdio", sessions_max=4, evict_idle=0.001) as bridge:
        bridge.ready()
        for _ in range(count):
            session = bridge.session()
            assert session.text("echo", {"message": "x"}) == "Echo: x"
        processes = bridge.children()
        total = sum(rss_kb(pid) for pid in [bridge.pid, *processes])
        print(f"\n{count} abandoned sessions: {len(processes)} processes, {total // 1024} MiB with them, {bridge.rss()} kB without")
        assert len(processes) <= 4


def rss_kb(pid: int) -> int:
    try:
        return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])
    except (OSError, TypeError):
        return 0
