"""Scans of real servers while they run: over streamable HTTP in both eras, and over standard input and output."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, EXAMPLES, example_argv, free_port, serving

SIGYL = os.environ["SIGYL_TEST_BINARY"]
# Made by the test command: the reference server of npm, and an environment with the Python SDK of the stateless era.
EVERYTHING = Path(os.environ["SIGYL_TEST_EVERYTHING"]) / "node_modules/@modelcontextprotocol/server-everything"
MODERN = os.environ["SIGYL_TEST_MODERN_PYTHON"]
MODERN_SERVER = Path(__file__).with_name("modern") / "server.py"


def sigyl(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [SIGYL, *arguments], cwd=cwd, env={**ENVIRONMENT, **env}, capture_output=True, text=True, timeout=120
    )


def report(*arguments: str, **options: object) -> dict:
    done = sigyl("scan", *arguments, "--format", "json", "--fail-on", "never", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def found(report: dict) -> set[str]:
    return {finding["rule"] for finding in report["findings"]}


def names(report: dict) -> list[str]:
    return [tool["name"] for tool in report["tools"]]


@contextmanager
def everything() -> Iterator[str]:
    port = free_port()
    with serving(["node", "dist/index.js", "streamableHttp"], EVERYTHING, r"listening on", PORT=str(port)):
        yield f"http://127.0.0.1:{port}/mcp"


@contextmanager
def modern() -> Iterator[str]:
    port = free_port()
    with serving([MODERN, str(MODERN_SERVER), str(port)], MODERN_SERVER.parent, r"Uvicorn running on"):
        yield f"http://127.0.0.1:{port}/mcp"


def test_the_reference_server_over_http() -> None:
    with everything() as url:
        seen = report("--live", url)
    # It is made for tests, and open on purpose: any Origin, any Host, CORS for all. Its session ids are random.
    assert found(seen) == {"missing-origin-check", "insecure-cors"}
    assert {"echo", "get-sum"} <= set(names(seen))
    assert seen["not_analysed"] == []


def test_the_stateless_era_over_http(tmp_path: Path) -> None:
    with modern() as url:
        seen = report("--live", url, str(MODERN_SERVER))
        assert names(seen) == ["add"]
        assert not found(seen) & {"missing-origin-check", "insecure-cors", "weak-session-id", "rug-pull"}
        assert seen["not_analysed"] == []
        pinned = sigyl("pin", "--live", url, cwd=tmp_path)
        assert pinned.stdout == "pinned 3 offers in sigyl.lock\n", pinned.stderr
        assert sigyl("pin", "--live", url, "--check", cwd=tmp_path).returncode == 0


def test_what_changes_between_two_starts_is_told(tmp_path: Path) -> None:
    changed = tmp_path / "server.py"
    text = MODERN_SERVER.read_text(encoding="utf-8")
    changed.write_text(text.replace("Adds two numbers.", "Adds two numbers, twice."), encoding="utf-8")
    start = ["--allow-exec", "--stdio"]
    assert sigyl("pin", *start, f"{MODERN} {MODERN_SERVER}", cwd=tmp_path).returncode == 0
    assert sigyl("pin", *start, f"{MODERN} {MODERN_SERVER}", "--check", cwd=tmp_path).returncode == 0
    check = sigyl("pin", *start, f"{MODERN} {changed}", "--check", cwd=tmp_path)
    assert check.returncode == 1
    assert "description: Adds two [-numbers.-]{+numbers, twice.+}" in check.stdout, check.stdout
    # The source that was not changed is not what runs.
    assert "rug-pull" in found(report(str(MODERN_SERVER), *start, f"{MODERN} {changed}"))


@pytest.mark.parametrize("name", ["weather-typescript", "notes-python"])
def test_examples_list_what_their_source_declares(name: str, tmp_path: Path) -> None:
    command = " ".join(example_argv(name))
    seen = report(str(EXAMPLES / name), "--stdio", f"env NOTES_DIR={tmp_path} {command}", "--allow-exec")
    assert not found(seen) & {"rug-pull", "tool-poisoning", "hidden-text"}
    assert {tool["origin"] for tool in seen["tools"]} == {"source"}


def test_poison_is_found_without_the_source() -> None:
    command = " ".join(example_argv("poisoned-tools"))
    program = EXAMPLES / "poisoned-tools"
    done = sigyl("scan", "--stdio", command, "--allow-exec", "--format", "json", cwd=program)
    assert done.returncode == 1, done.stderr
    assert {"tool-poisoning", "hidden-text"} <= found(json.loads(done.stdout))


def test_the_reference_server_over_stdio() -> None:
    seen = report("--stdio", f"node {EVERYTHING}/dist/index.js", "--allow-exec")
    assert "echo" in names(seen) and found(seen) == set()


def has_bubblewrap() -> bool:
    bwrap = shutil.which("bwrap")
    probe = ["--unshare-all", "--ro-bind", "/", "/", "--", "/bin/true"]
    return bwrap is not None and subprocess.run([bwrap, *probe], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_bubblewrap(), reason="bubblewrap is not there, or may not make namespaces")
def test_a_sandbox_hides_home_and_network(tmp_path: Path) -> None:
    home = tmp_path / "home"
    server = home / "server"
    server.mkdir(parents=True)
    (home / "secret.txt").write_text("canary-4711", encoding="utf-8")
    (server / "server.sh").write_text(
        r"""
read -r line
printf '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{}}}\n'
read -r line
read -r line
touch here 2>/dev/null && wrote=yes || wrote=no
homes=$(ls -A /home /root 2>/dev/null | tr -d '\n')
canary=$(cat %s/secret.txt 2>/dev/null)
links=$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' \n')
printf '{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"t","description":"homes=%%s canary=%%s links=%%s wrote=%%s secret=%%s"}]}}\n' \
  "$homes" "$canary" "$links" "$wrote" "$SECRET"
"""
        % home,
        encoding="utf-8",
    )
    seen = report(str(server), "--stdio", "sh server.sh", HOME=str(home), SECRET="canary-4711")
    tool = next(tool for tool in seen["tools"] if tool["name"] == "t")
    assert re.fullmatch(r"homes= canary= links=(lo)? wrote=no secret=", tool["description"].strip()), tool
