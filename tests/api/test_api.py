"""Asks every endpoint of a running server for more than it expects, from its own description."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import DATABASES, running

BINARY = os.environ["SIGYL_TEST_BINARY"]

# Requests for each endpoint and phase; the full run asks many more.
EXAMPLES = "200" if os.environ.get("SIGYL_FULL") else "20"

# Longest run, in seconds; chosen for a busy machine.
PATIENCE_S = 7200 if os.environ.get("SIGYL_FULL") else 1800

# These would take the key away that the requests are made with, or take bytes that the tool cannot make.
LEFT_OUT = ("delete_key", "rotate_key", "update_key", "upload_source")


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server with an administrator: its address and a key with every scope."""
    with running(BINARY, request.param, tmp_path) as server:
        yield server.url, server.key


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
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout[-8000:]
    cases = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert cases and int(cases[1]) == int(cases[2]) > 1000, done.stdout[-2000:]
