"""Processes: bounded, and ended in every case, with all that they started."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from conftest import BRIDGE, CHILD, EVERYTHING, FULL, HERE, Bridge, Session, initialize, running, wait_for

SMALL = ["sh", str(HERE / "small.sh")]


def abandon(bridge: Bridge) -> Session:
    """A client that opens a session, looks around, and is never heard of again."""
    session = bridge.session()
    assert session.ask("tools/list").status == 200
    return session


def test_abandoned_sessions_leave_neither_processes_nor_memory() -> None:
    count = 10_000 if FULL else 100
    with running(*SMALL, sessions_max=8, evict_idle=0.001) as bridge:
        bridge.ready()
        for _ in range(50):
            abandon(bridge)
        before = bridge.rss()
        for _ in range(count):
            abandon(bridge)
            assert bridge.health()[1]["sessions"] <= 8
        after = bridge.rss()
        print(f"\n{count} abandoned sessions: {before} kB before, {after} kB after, {len(bridge.children())} processes")
        assert len(bridge.children()) <= 8
        assert after - before < 2_000


def test_idle_sessions_end_by_themselves() -> None:
    with running(*SMALL, idle=0.2) as bridge:
        sessions = [abandon(bridge.ready()) for _ in range(5)]
        wait_for(lambda: bridge.health()[1]["sessions"] == 0 and not bridge.descendants(), "the end of all sessions")
        assert sessions[0].ask("tools/list").status == 404


def test_a_session_with_a_connection_is_not_idle_but_has_a_lifetime() -> None:
    with running(*SMALL, idle=0.2, lifetime=3) as bridge:
        session = bridge.ready().session()
        own = session.listen()
        abandon(bridge)
        wait_for(lambda: bridge.health()[1]["sessions"] == 1, "the end of the other session")
        assert session.ask("tools/list").status == 200
        # It ends, and says so by the end of the stream.
        assert list(own.messages()) == []
        assert session.ask("tools/list").status == 404
        wait_for(lambda: not bridge.descendants(), "the end of its process")


def test_a_handshake_that_is_never_completed_ends() -> None:
    with running(*SMALL, start_timeout=0.5) as bridge:
        bridge.ready().session(complete=False)
        wait_for(lambda: bridge.health()[1]["sessions"] == 0 and not bridge.descendants(), "the end of the session")


def test_places_are_bounded_and_given_to_newcomers() -> None:
    with running(*SMALL, sessions_max=2, evict_idle=1000) as bridge:
        one, two = bridge.ready().session(), bridge.session()
        refused = bridge.request("POST", initialize())
        assert refused.status == 503 and refused.headers["retry-after"]
        assert len(bridge.children()) == 2
        one.end()
        wait_for(lambda: bridge.request("POST", initialize()).status == 200, "the place")
        assert two.ask("tools/list").status == 200


@pytest.mark.parametrize("how", ["end", "crash", "stop", "kill"])
def test_whatever_the_server_started_ends_with_it(how: str) -> None:
    bridge = Bridge()
    session = bridge.ready().session()
    started = json.loads(session.text("grandchildren"))
    processes = set(bridge.descendants())
    # Three children, and two that were left to the bridge.
    assert set(started) < processes and len(processes) >= 6
    if how == "end":
        session.end()
    elif how == "crash":
        session.call("crash")
    elif how == "stop":
        assert bridge.stop() == 0
    else:
        bridge.process.kill()
        bridge.process.wait()
        # Nobody is left to look after the rest; what the kernel knows of ends with the bridge.
        wait_for(lambda: not any("child.py" in command(pid) for pid in processes), "the end of the server")
        for pid in processes:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return
    if how == "crash":
        # What hides its environment and left its group has no tie to a server that crashed; it ends with the bridge.
        started = started[:2]
    wait_for(lambda: not any(command(pid) for pid in started), "the end of all that it started")
    wait_for(lambda: how == "stop" or not any("sleep" in command(pid) for pid in bridge.children()), "the rest")
    bridge.stop()
    assert [pid for pid in processes if command(pid)] == [] or how == "crash"


def command(pid: int) -> str:
    """The command line of a process; empty once it has ended."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def test_zombies_of_others_are_taken_note_of() -> None:
    with running() as bridge:
        session = bridge.ready().session()
        # A grandchild that ends after its parent has: only the bridge can take note of it.
        session.text("grandchildren")
        session.end()
        wait_for(lambda: not bridge.descendants(), "the last of them")


def test_a_server_that_will_not_end_is_killed() -> None:
    with running(*CHILD, "stubborn", grace=0.2) as bridge:
        bridge.ready().session().end()
        wait_for(lambda: not bridge.descendants(), "the end of the process")


@pytest.mark.parametrize("trait", ["deaf", "slow"])
def test_a_server_that_never_answers_is_given_up(trait: str) -> None:
    with running(*CHILD, trait, start_timeout=1, grace=0.2) as bridge:
        reply = bridge.request("POST", initialize())
        assert reply.status == 504 and "in time" in reply.json()["error"]["message"]
        wait_for(lambda: bridge.health()[1]["status"] == "failed", "the reason")
        assert bridge.health()[1]["reason"] == "the server did not answer in time"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([*CHILD, "dies"], "exited with 4"),
        (["/nonexistent/server"], "exited with 127"),
        (["sh", "-c", "kill -9 $$"], "ended by signal 9"),
    ],
)
def test_a_server_that_does_not_start_is_an_error_with_a_reason(argv: list[str], said: str) -> None:
    with running(*argv) as bridge:
        reply = bridge.request("POST", initialize())
        assert reply.status == 502 and said in reply.json()["error"]["message"]
        wait_for(lambda: bridge.health()[1]["status"] == "failed", "the reason")
        status, told = bridge.health()
        assert status == 503 and said in told["reason"]
        probe = subprocess.run([BRIDGE, "probe", bridge.url], capture_output=True, text=True)
        assert probe.returncode == 1, probe


def test_the_servers_own_error_is_passed_on() -> None:
    with running(*CHILD, "refuses") as bridge:
        reply = bridge.request("POST", initialize())
        assert reply.status == 200 and reply.json()["error"]["code"] == -32601
        assert "mcp-session-id" not in reply.headers
        wait_for(lambda: not bridge.descendants() or bridge.health()[0] == 503, "the end of the process")


def test_a_crash_ends_the_session_and_says_so() -> None:
    with running() as bridge:
        session = bridge.ready().session()
        own = session.listen()
        answer = session.call("crash").json()
        assert answer["error"]["code"] == -32603 and "exited with 3" in answer["error"]["message"]
        assert list(own.messages()) == []
        assert session.ask("tools/list").status == 404


def test_health_recovers(tmp_path) -> None:
    # A server that is mended while the bridge runs.
    script = tmp_path / "server"
    script.write_text("exit 1\n")
    with running("sh", str(script)) as bridge:
        wait_for(lambda: bridge.health()[1]["status"] == "failed", "the reason")
        script.write_text((HERE / "small.sh").read_text())
        bridge.ready()
        assert subprocess.run([BRIDGE, "probe", bridge.url]).returncode == 0


def test_the_probe_speaks_to_servers_of_either_era(tmp_path) -> None:
    assert subprocess.run([BRIDGE, "probe", "http://127.0.0.1:1/mcp"], capture_output=True).returncode == 1
    assert subprocess.run([BRIDGE, "probe", "https://example.com/mcp"], capture_output=True).returncode == 1
    assert subprocess.run([BRIDGE, "probe"], capture_output=True).returncode == 2
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["node", "-e", f"process.argv[2]='streamableHttp'; import('{EVERYTHING}')"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}/mcp"
        told = wait_for(
            lambda: (p := subprocess.run([BRIDGE, "probe", url], capture_output=True, text=True)).returncode == 0 and p.stdout,
            "a server of another's",
        )
        assert "initialize" in told
    finally:
        server.kill()
        server.wait()


def test_the_environment_is_the_servers_and_secrets_are_in_no_log() -> None:
    env = {
        "API_KEY": "canary-key-1f3c",
        "PORT": "1234",
        "MCP_ENDPOINT": "/elsewhere",
        "MCP_TRANSPORT": "http",
        "SIGYL_BRIDGE_REDACT": "API_KEY",
        "SIGYL_BRIDGE_IDLE": "200",
    }
    with running(env=env) as bridge:
        assert bridge.path == "/elsewhere"
        session = bridge.ready().session()
        passed = json.loads(session.text("environment"))
        assert passed["API_KEY"] == "canary-key-1f3c" and passed["MCP_TRANSPORT"] == "stdio"
        assert not {"PORT", "MCP_ENDPOINT"} & set(passed)
        assert not [name for name in passed if name.startswith("SIGYL_BRIDGE_")]
        session.text("stderr", {"message": "connecting with canary-key-1f3c"})
        session.call("crash")
        assert "canary" not in json.dumps(bridge.health())
        wait_for(lambda: any("connecting with ***" in line for line in bridge.log), "the line")
    assert not [line for line in bridge.log if "canary" in line or session.id in line]


def test_what_the_server_logs_is_bounded() -> None:
    flood = "import sys\nfor n in range(50000): print('line', n, file=sys.stderr)\nsys.stdin.read()"
    with running(sys.executable, "-c", flood, start_timeout=2) as bridge:
        wait_for(lambda: bridge.health()[1]["status"] == "failed", "the first attempt")
    assert len(bridge.log) < 5_000 and any("were dropped" in line for line in bridge.log)


def test_it_ends_on_a_signal_while_requests_wait(tmp_path) -> None:
    bridge = Bridge(options={"grace": 0.5})
    session = bridge.ready().session()
    reply = session.call("gate", {"path": str(tmp_path / "never")}, {"progressToken": 1})
    assert next(reply.messages())["params"]["progress"] == 1
    assert bridge.stop() == 0
    list(reply.messages())


def test_it_finishes_what_it_can_before_it_ends(tmp_path) -> None:
    bridge = Bridge(options={"grace": 30})
    session = bridge.ready().session()
    reply = session.call("gate", {"path": str(tmp_path / "gate")}, {"progressToken": 1})
    messages = reply.messages()
    next(messages)
    bridge.process.send_signal(signal.SIGTERM)
    wait_for(lambda: any("ending" in line for line in bridge.log), "the signal")
    (tmp_path / "gate").touch()
    assert [message.get("params", {}).get("progress") for message in messages] == [2, None]
    assert bridge.stop() == 0


def test_wrong_usage_is_told() -> None:
    for arguments, code in [([], 2), (["--idle"], 2), (["--nothing=1", "--", "x"], 2), (["--help"], 0), (["--version"], 0)]:
        told = subprocess.run([BRIDGE, *arguments], capture_output=True, text=True)
        assert told.returncode == code and (told.stdout if code == 0 else told.stderr), arguments
    with running() as bridge:
        taken = f"--listen=127.0.0.1:{bridge.port}"
        assert subprocess.run([BRIDGE, taken, "--", "x"], capture_output=True).returncode == 1


def test_hosts_and_origins_may_be_named() -> None:
    with running(listen="0.0.0.0:0", allow_host="mcp.example,127.0.0.1", allow_origin="https://app.example") as bridge:
        session = bridge.ready().session()
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        assert session.post(ping, host="mcp.example:443").status == 200
        assert session.post(ping, host="other.example").status == 403
        assert session.post(ping, origin="https://app.example").status == 200
        assert session.post(ping, origin="https://other.example").status == 403
        # Engines ask for health by any name.
        assert bridge.request("GET", path="/health", host="healthcheck.railway.app").status == 200
    with running(listen="0.0.0.0:0") as bridge:
        session = bridge.ready().session()
        assert session.post(ping, host="any.example").status == 200
        assert session.post(ping, host="any.example", origin="https://any.example").status == 200
        assert session.post(ping, host="any.example", origin="https://other.example").status == 403
