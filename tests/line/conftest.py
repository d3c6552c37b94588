"""The command line as its users have it: a home of its own, and the server that it starts by itself."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIGYL = os.environ["SIGYL_TEST_BINARY"]
INSPECTOR = Path(os.environ["SIGYL_TEST_INSPECTOR"], "node_modules")
# `process`, and `docker` where the machine has an engine.
BACKENDS = os.environ["SIGYL_TEST_BACKENDS"].split(",")
# Where `sigyl` starts its server.
ADDRESS = ("127.0.0.1", 7450)
# Longest wait for anything, in seconds; chosen for a busy machine.
PATIENCE_S = 600


def wait_for(condition: Callable[[], object], what: str) -> object:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


class Home:
    """Somebody's home on this computer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = ("PATH", "DOCKER_HOST", "npm_config_cache", "npm_config_registry", "PIP_INDEX_URL", "PIP_CACHE_DIR", "SIGYL_BRIDGE")
        self.env = {name: os.environ[name] for name in kept if name in os.environ}
        self.env |= {"HOME": str(path), "SIGYL_DEPLOY_BACKENDS": ",".join(BACKENDS)}
        # Packages may come from a mirror that is not on the internet.
        self.env["SIGYL_OUTBOUND_ALLOWED_NETWORKS"] = "0.0.0.0/0,::/0"

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            [SIGYL, *words], env=self.env, input=stdin, capture_output=True, text=True, timeout=PATIENCE_S, cwd=self.path
        )

    def done(self, *words: str, stdin: str = "") -> str:
        ran = self.run(*words, stdin=stdin)
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr, self.log())
        return ran.stdout

    def deploy(self, *words: str) -> dict:
        return json.loads(self.done("deploy", *words, "--accept-warnings", "--format", "json"))

    def open(self, path: str, timeout: float = 60) -> http.client.HTTPResponse:
        """What the server's API answers; with the key that the command line keeps."""
        kept = json.loads((self.path / ".config/sigyl/credentials.json").read_text())
        (server,) = kept["servers"].values()
        url = f"http://{ADDRESS[0]}:{ADDRESS[1]}/api/v1/{path}"
        request = urllib.request.Request(url, headers={"authorization": f"Bearer {server['token']}"})
        return urllib.request.urlopen(request, timeout=timeout)

    def get(self, path: str) -> bytes:
        with self.open(path) as answer:
            return answer.read()

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self.path.rglob("serve.log"))

    def processes(self) -> list[int]:
        """The server, and what runs below it."""
        mark, found = f"HOME={self.path}\0".encode(), []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + b"\0":
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def end(self) -> None:
        for signal_ in (signal.SIGTERM, signal.SIGKILL):
            for pid in self.processes():
                try:
                    os.kill(pid, signal_)
                except ProcessLookupError:
                    continue
            end = time.monotonic() + 30
            while self.processes() and time.monotonic() < end:
                time.sleep(0.05)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with socket.socket() as probe:
        assert probe.connect_ex(ADDRESS) != 0, f"something listens at {ADDRESS} already"
    home = Home(tmp_path_factory.mktemp("home"))
    try:
        yield home
    finally:
        home.end()


@pytest.fixture
def source(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of an example, as its authors keep it."""

    def copy(name: str) -> Path:
        ignored = shutil.ignore_patterns("node_modules", "dist", ".venv")
        return Path(shutil.copytree(ROOT / "examples" / name, tmp_path / name, ignore=ignored))

    return copy


def write_tiny(folder: Path, version: str) -> Path:
    """A server in Python's own library, which tells its version."""
    server = ROOT / "sigyl-server/tests/server/data/tiny_server.py"
    folder.mkdir(exist_ok=True)
    (folder / "server.py").write_text(server.read_text().replace("VERSION", version))
    (folder / "mcp.yaml").write_text(
        f"name: tiny\ndescription: Says who it is\nversion: {version}\nruntime: python\ntransport: http\n"
        "secrets:\n  - name: TOKEN\n    description: What it may know\n    required: false\n"
        "build: { start: [python3, server.py] }\n"
    )
    return folder


def inspect(endpoint: str, *words: str) -> dict:
    """What the inspector, a client that nobody here wrote, makes of an endpoint."""
    node = next(INSPECTOR.glob("node-linux-*/bin/node"))
    launcher = INSPECTOR / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    ran = subprocess.run(
        [node, launcher, "--cli", endpoint, "--transport", "http", *words],
        env={"PATH": os.environ["PATH"], "HOME": str(INSPECTOR.parent)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, (endpoint, ran.stdout, ran.stderr)
    return json.loads(ran.stdout)


def who(endpoint: str) -> dict:
    """What the tiny server says of itself."""
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "who", "arguments": {}}}
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    request = urllib.request.Request(endpoint, json.dumps(call).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(json.load(answer)["result"]["content"][0]["text"])


@contextmanager
def load(endpoint: str, clients: int = 4) -> Iterator[list[str]]:
    """Clients that ask without a pause; the list fills with the versions that answered, and with what failed."""
    heard: list[str] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                heard.append(who(endpoint)["version"])
            except Exception as error:
                heard.append(f"FAILED {error!r}")

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield heard
    finally:
        over.set()
        for thread in threads:
            thread.join()


def docker(*words: str) -> list[str]:
    """Lines that the engine's own command prints."""
    ran = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    return ran.stdout.split()


def held(backend: str, home: Home, deployment: str) -> list[str]:
    """What is left of a deployment, asked of the engine or the machine itself."""
    if backend == "docker":
        mine = f"label=sigyl.deployment={deployment}"
        containers = docker("ps", "--all", "--quiet", "--filter", mine)
        networks = docker("network", "ls", "--quiet", "--filter", mine)
        volumes = docker("volume", "ls", "--quiet", "--filter", mine)
        return containers + networks + volumes
    return [str(path) for path in home.path.rglob(f"*{deployment}*") if path.is_dir()]
