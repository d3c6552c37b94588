"""Starts the bridge, and speaks to it as clients do."""

import http.client
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BRIDGE = os.environ["SIGYL_TEST_BRIDGE"]
EVERYTHING = Path(os.environ["SIGYL_TEST_EVERYTHING"], "node_modules/@modelcontextprotocol/server-everything/dist/index.js")
MODERN_PYTHON = os.environ["SIGYL_TEST_MODERN_PYTHON"]
FULL = bool(os.environ.get("SIGYL_FULL"))
CHILD = [sys.executable, str(Path(__file__).with_name("child.py"))]
HERE = Path(__file__).parent

LEGACY, MODERN = "2025-11-25", "2026-07-28"
# Longest wait for anything, in seconds; chosen for a busy machine.
PATIENCE_S = 60
BOTH = "application/json, text/event-stream"


def wait_for(condition: Callable[[], object], what: str) -> object:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


class Reply:
    """A response; a stream is read as it comes."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self.connection, self.response = connection, response
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.is_stream = self.headers.get("content-type") == "text/event-stream"
        self.body = b"" if self.is_stream else response.read()
        self.last_id = ""

    def json(self) -> dict:
        """The one message, also where it came as the only event of a stream."""
        if self.is_stream:
            return [message for message in self.messages() if "method" not in message][-1]
        return json.loads(self.body)

    def messages(self) -> Iterator[dict]:
        data = ""
        for raw in self.response:
            line = raw.decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line[4:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line and data:
                yield json.loads(data)
                data = ""

    def close(self) -> None:
        # The response holds the socket, too, and the other side must see it close.
        self.response.close()
        self.connection.close()


class Bridge:
    def __init__(self, *command: str, options: dict[str, object] | None = None, env: dict[str, str] | None = None) -> None:
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in (options or {}).items()]
        if not any(argument.startswith("--listen") for argument in arguments):
            arguments.append("--listen=127.0.0.1:0")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            [BRIDGE, *arguments, "--", *(command or CHILD)],
            env={**kept, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self.pid = self.process.pid
        self.log: list[str] = []
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)
        self.reader.start()
        address = wait_for(self.address, "the address")
        self.host, self.port, self.path = address[1].replace("0.0.0.0", "127.0.0.1"), int(address[2]), address[3]
        self.ids = itertools.count(1)

    def address(self) -> re.Match | None:
        assert self.process.poll() is None, self.log
        return next(filter(None, (re.search(r"listening on http://([\d.]+):(\d+)(\S+)", line) for line in list(self.log))), None)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}{self.path}"

    def request(self, method: str, body: object = None, path: str | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        usual = {"accept": BOTH, **({"content-type": "application/json"} if body is not None else {})}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        all_headers = {name: value for name, value in {**usual, **named}.items() if value is not None}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection.request(method, path or self.path, data, all_headers)
        return Reply(connection, connection.getresponse())

    def ready(self) -> "Bridge":
        wait_for(lambda: self.health()[0] == 200, "health")
        return self

    def health(self) -> tuple[int, dict]:
        reply = self.request("GET", path="/health")
        return reply.status, reply.json()

    def session(self, version: str = LEGACY, capabilities: dict | None = None, complete: bool = True) -> "Session":
        reply = self.request("POST", initialize(version, capabilities))
        assert reply.status == 200, reply.body
        session = Session(self, reply.headers["mcp-session-id"], reply.json()["result"])
        if complete:
            assert session.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).status == 202
        return session

    def modern(self, method: str, params: dict | None = None, capabilities: dict | None = None, meta: dict | None = None, **headers) -> Reply:
        own = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": capabilities or {},
            **(meta or {}),
        }
        body = {"jsonrpc": "2.0", "id": next(self.ids), "method": method, "params": {**(params or {}), "_meta": own}}
        name = (params or {}).get("uri" if method == "resources/read" else "name")
        usual = {"mcp_protocol_version": MODERN, "mcp_method": method, "mcp_name": name}
        return self.request("POST", body, **{**usual, **headers})

    def modern_call(self, tool: str, arguments: dict | None = None, **more) -> Reply:
        return self.modern("tools/call", {"name": tool, "arguments": arguments or {}}, **more)

    def children(self) -> list[int]:
        """Processes of the server, and what they started, wherever they went: by their environment, which is empty for the
        moment in which a process becomes its command. Where that moment counts, `descendants` is the one to ask."""
        mark = f"SIGYL_CHILD={self.pid}-".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def descendants(self) -> list[int]:
        """What has the bridge for an ancestor, zombies included."""
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            try:
                tasks = list(Path(f"/proc/{pid}/task").iterdir())
            except OSError:
                continue
            for task in tasks:
                try:
                    below = [int(child) for child in (task / "children").read_text().split()]
                except OSError:
                    continue
                found += below
                waiting += below
        return found

    def rss(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

    def stop(self) -> int:
        """Ends it as an engine does; nothing of it is left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        wait_for(lambda: not self.children(), "the end of all processes")
        return code


class Session:
    def __init__(self, bridge: Bridge, identity: str, result: dict) -> None:
        self.bridge, self.id, self.result = bridge, identity, result
        self.ids = itertools.count(1)

    def headers(self) -> dict[str, str]:
        return {"mcp_session_id": self.id, "mcp_protocol_version": self.result["protocolVersion"]}

    def post(self, body: object, **headers: str) -> Reply:
        return self.bridge.request("POST", body, **{**self.headers(), **headers})

    def ask(self, method: str, params: dict | None = None, identity: object = None) -> Reply:
        identity = next(self.ids) if identity is None else identity
        return self.post({"jsonrpc": "2.0", "id": identity, "method": method, **({"params": params} if params else {})})

    def call(self, tool: str, arguments: dict | None = None, meta: dict | None = None, identity: object = None) -> Reply:
        params = {"name": tool, "arguments": arguments or {}, **({"_meta": meta} if meta else {})}
        return self.ask("tools/call", params, identity)

    def text(self, tool: str, arguments: dict | None = None) -> str:
        return text_of(self.call(tool, arguments))

    def tell(self, method: str, params: dict | None = None) -> Reply:
        return self.post({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})})

    def listen(self, last_id: str | None = None) -> Reply:
        return self.bridge.request("GET", accept="text/event-stream", last_event_id=last_id, **self.headers())

    def end(self) -> int:
        return self.bridge.request("DELETE", **self.headers()).status


def initialize(version: str = LEGACY, capabilities: dict | None = None) -> dict:
    params = {"protocolVersion": version, "capabilities": capabilities or {}, "clientInfo": {"name": "test", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}


def text_of(reply: Reply) -> str:
    answer = reply.json()
    assert "result" in answer, answer
    return answer["result"]["content"][0]["text"]


@contextmanager
def running(*command: str, env: dict[str, str] | None = None, **options: object) -> Iterator[Bridge]:
    bridge = Bridge(*command, options=options, env=env)
    try:
        yield bridge
        assert bridge.stop() == 0, bridge.log
    finally:
        if bridge.process.poll() is None:
            bridge.process.kill()
            bridge.process.wait()


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    """One for tests that leave nothing behind."""
    with running() as bridge:
        yield bridge.ready()
