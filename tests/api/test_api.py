"""Asks every endpoint of a running server for more than it expects, from its own description."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARY = os.environ["SIGYL_TEST_BINARY"]

# Requests for each endpoint and phase; the full run asks many more.
EXAMPLES = "200" if os.environ.get("SIGYL_FULL") else "20"

# These would take the key away that the requests are made with, or take bytes that the tool cannot make.
LEFT_OUT = ("delete_key", "rotate_key", "update_key", "upload_source")

SCOPES = ["read", "publish", "deploy", "secrets", "reveal", "gateway", "admin"]


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server with an administrator: its address and a key with every scope."""
    data = tmp_path / "data"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SIGYL_CONFIG": "/dev/null",
        "SIGYL_DATA_DIR": str(data),
        "SIGYL_LISTEN": "127.0.0.1:0",
        "SIGYL_LOG_FORMAT": "json",
        **{f"SIGYL_{name}_PER_MINUTE": "60000" for name in ("READS", "WRITES", "LOGINS")},
    }
    if request.param == "postgres":
        environment["SIGYL_DATABASE_URL"] = empty_database(tmp_path)
        subprocess.run([BINARY, "db", "init-key"], env=environment, check=True, capture_output=True)
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen([BINARY, "serve"], env=environment, stderr=log)
    try:
        url = listening(process, tmp_path / "log")
        token = (data / "claim-token").read_text().strip()
        claim = {"token": token, "username": "ada", "password": "correct horse battery"}
        cookie = ask(url, "/api/v1/claim", claim)[1]["set-cookie"].split(";")[0]
        key = ask(url, "/api/v1/keys", {"name": "fuzz", "scopes": SCOPES}, cookie=cookie)[0]["token"]
        yield url, key
        errors = [line for line in (tmp_path / "log").read_text().splitlines() if '"ERROR"' in line]
        assert errors == []
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


def empty_database(folder: Path) -> str:
    url = os.environ["SIGYL_TEST_POSTGRES"]
    name = "api_" + re.sub(r"\W", "_", str(folder)).lower()[-40:]
    psql = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))
    program = str(psql[-1]) if psql else "psql"
    subprocess.run([program, url, "-qc", f'CREATE DATABASE "{name}" TEMPLATE template0'], check=True)
    return url.rsplit("/", 1)[0] + "/" + name


def listening(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address, once the server says it."""
    while process.poll() is None:
        for line in log.read_text().splitlines(keepends=True):
            if line.endswith("\n") and (entry := json.loads(line)).get("message") == "listening":
                return entry["url"]
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(log.read_text())


def ask(url: str, path: str, body: dict, cookie: str = "") -> tuple[dict, dict[str, str]]:
    headers = {"content-type": "application/json", "cookie": cookie}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer), {name.lower(): value for name, value in answer.headers.items()}


def test_no_request_fails_the_server_or_its_description(server: tuple[str, str], tmp_path: Path) -> None:
    url, key = server
    program = Path(sys.executable).with_name("schemathesis")
    argv = [
        str(program), "run", f"{url}/openapi.json",
        "--header", f"Authorization: Bearer {key}",
        "--checks", "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance",
        "--max-examples", EXAMPLES, "--seed", "1", "--no-color",
    ]
    for operation in LEFT_OUT:
        argv += ["--exclude-operation-id", operation]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-8000:]
    cases = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert cases and int(cases[1]) == int(cases[2]) > 1000, done.stdout[-2000:]
