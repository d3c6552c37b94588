"""From `sigyl deploy` to an answer, as a user does it: the line as a whole, with real servers and a real client."""

import json
from collections.abc import Callable
from pathlib import Path

import private_npm
import pytest
from conftest import BACKENDS, Home, docker, held, inspect, load, wait_for, who, write_tiny
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

CANARY = "canary-7d1e5a90c3"

# What is deployed, a tool of it, what it is asked, and a word of its answer.
SERVERS = [
    ("weather-typescript", "convert_temperature", ["value=100", "from=celsius", "to=fahrenheit"], "212"),
    ("notes-python", "list_notes", [], ""),
    ("npm:@modelcontextprotocol/server-everything@2026.8.31", "echo", ["message=hello"], "hello"),
    ("pypi:mcp-server-time==2026.10.19", "get_current_time", ["timezone=UTC"], "UTC"),
]


def gone(backend: str, home: Home, deployment: dict) -> None:
    assert held(backend, home, deployment["id"]) != [], "what is asked does not tell what a deployment holds"
    home.done("delete", deployment["name"], "--confirm", deployment["name"])
    assert held(backend, home, deployment["id"]) == []


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("what", "tool", "arguments", "word"), SERVERS, ids=[server[0] for server in SERVERS])
def test_a_source_becomes_a_server_that_answers(
    backend: str, what: str, tool: str, arguments: list[str], word: str, home: Home, source: Callable[[str], Path]
) -> None:
    place = what if ":" in what else str(source(what))
    made = home.deploy(place, "--backend", backend)
    assert made["state"] == "running"
    listed = inspect(made["endpoint"], "--method", "tools/list")["tools"]
    assert tool in [entry["name"] for entry in listed]
    words = [part for argument in arguments for part in ("--tool-arg", argument)]
    answer = inspect(made["endpoint"], "--method", "tools/call", "--tool-name", tool, *words)
    assert not answer.get("isError") and word in json.dumps(answer)

    # What runs can be found, and everything that was made of it is there.
    assert made["package"] in home.done("list", "--format", "json")
    bill = home.get(f"deployments/{made['id']}/releases/1/sbom").decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None

    # Names of one's own are for backends that have them.
    named = home.run("domains", "add", made["name"], "mcp.example.com")
    assert named.returncode == 2 and "gives no names of the user's own" in named.stderr, named.stderr

    # Without a change nothing is built.
    again = home.run("redeploy", made["name"], *(() if ":" in what else (place,)), "--accept-warnings")
    assert again.returncode == 0 and "was built before" in again.stderr, again.stderr
    gone(backend, home, made)


@pytest.mark.parametrize("backend", BACKENDS)
def test_releases_follow_each_other_under_load(backend: str, home: Home, tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "tiny", "1.0.0")
    made = home.deploy(str(folder), "--backend", backend)
    endpoint = made["endpoint"]
    with load(endpoint) as heard:
        wait_for(lambda: heard, "the first answers")
        for version in ("2.0.0", "3.0.0"):
            write_tiny(folder, version)
            assert home.deploy(str(folder), "--backend", backend)["endpoint"] == endpoint
            wait_for(lambda version=version: heard[-1] == version, f"answers of {version}")
        # One that never answers leaves what serves as it is, and says what it said last.
        write_tiny(folder, "4.0.0")
        with (folder / "server.py").open("a") as server:
            server.write("\n")
        broken = (folder / "server.py").read_text().replace("import json\n", "import json\nprint('no database')\nraise SystemExit(3)\n", 1)
        (folder / "server.py").write_text(broken)
        failed = home.run("deploy", str(folder), "--backend", backend, "--accept-warnings")
        assert failed.returncode == 2, failed.stderr
        assert "no database" in failed.stderr, failed.stderr
        home.done("rollback", made["name"], "--to", "1")
        wait_for(lambda: heard[-1] == "1.0.0", "answers of 1.0.0 again")
    assert set(heard) == {"1.0.0", "2.0.0", "3.0.0"}, {word for word in heard if "FAILED" in word}
    gone(backend, home, made)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_secret_reaches_the_server_and_no_log_file_image_or_command_line(backend: str, home: Home, tmp_path: Path) -> None:
    home.done("secret", "set", "TOKEN", "--file", "-", stdin=CANARY)
    folder = write_tiny(tmp_path / "tiny", "1.0.0")
    made = home.deploy(str(folder), "--backend", backend, "--secret", "TOKEN")
    assert who(made["endpoint"])["secret"] is True
    assert CANARY not in told_of(home, made, backend)
    written = [path for path in home.path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert written == []
    gone(backend, home, made)
    home.done("secret", "remove", "TOKEN")


def told_of(home: Home, made: dict, backend: str) -> str:
    """All that is told of a deployment: by the command line, the server's log and answers, the engine, and command lines."""
    said = [home.run(verb, made["name"]) for verb in ("status", "logs", "releases", "stats")]
    told = "".join(ran.stdout + ran.stderr for ran in said) + home.log() + home.done("list", "--format", "json")
    for part in ("plan", "sbom", "provenance", "image"):
        told += home.get(f"deployments/{made['id']}/releases/{made['release']}/{part}").decode()
    if backend == "docker":
        for image in docker("image", "ls", "--quiet", "--no-trunc"):
            told += " ".join(docker("image", "inspect", image) + docker("history", "--no-trunc", image))
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told += entry.read_bytes().decode(errors="replace")
        except OSError:
            continue
    return told


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_private_dependency_is_installed_with_a_secret_that_nothing_keeps(backend: str, home: Home, tmp_path: Path) -> None:
    gateway = ["network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", "bridge"]
    host = docker(*gateway)[0] if backend == "docker" else "127.0.0.1"
    with private_npm.registry(CANARY) as registry:
        folder = str(private_npm.write_guarded(tmp_path / "guarded", f"{host}:{registry.port}"))
        refused = home.run("deploy", folder, "--backend", backend, "--accept-warnings")
        assert refused.returncode == 2 and "NPM_TOKEN (not given)" in refused.stderr, refused.stderr
        home.done("secret", "set", "ACME_TOKEN", "--file", "-", stdin="a-token-that-is-not-it")
        give = ("--build-secret", "NPM_TOKEN=ACME_TOKEN")
        wrong = home.run("deploy", folder, "--backend", backend, "--accept-warnings", *give)
        assert wrong.returncode == 2 and "E401" in wrong.stderr, wrong.stderr
        assert registry.given == 0
        home.done("secret", "set", "ACME_TOKEN", "--file", "-", stdin=CANARY)
        # What was given stays with the deployment.
        ran = home.run("deploy", folder, "--backend", backend, "--accept-warnings", "--format", "json")
        assert ran.returncode == 0, ran.stderr
        assert registry.given > 0
    made = json.loads(ran.stdout)
    assert made["build_secrets"] == {"NPM_TOKEN": "ACME_TOKEN"}
    assert who(made["endpoint"]) == {"mark": private_npm.MARK, "token": None}
    assert CANARY not in told_of(home, made, backend) + ran.stdout + ran.stderr
    written = [path for path in home.path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert written == []
    gone(backend, home, made)
    home.done("secret", "remove", "ACME_TOKEN")


def test_where_an_image_came_from_is_signed(home: Home, tmp_path: Path) -> None:
    made = home.deploy(str(write_tiny(tmp_path / "tiny", "1.0.0")), "--backend", BACKENDS[-1])
    statement, key = tmp_path / "statement.json", tmp_path / "key.pem"
    statement.write_bytes(home.get(f"deployments/{made['id']}/releases/1/provenance"))
    key.write_bytes(home.get("provenance-key"))
    image = json.loads(home.get(f"deployments/{made['id']}/releases/1/image"))["digest"]
    told = json.loads(home.done("verify", str(statement), "--key", str(key), "--image", image, "--format", "json"))
    assert image.removeprefix("sha256:") in json.dumps(told)
    assert home.run("verify", str(statement), "--key", str(key), "--image", "sha256:" + "0" * 64).returncode == 1
    signed = json.loads(statement.read_text())
    signed["payload"] = signed["payload"][:-8] + "AAAAAAA="
    statement.write_text(json.dumps(signed))
    assert home.run("verify", str(statement), "--key", str(key)).returncode == 1
    gone(BACKENDS[-1], home, made)
