"""Every request that the tests of the backends made, held against the services' own machine-readable descriptions."""

import copy
import json
import os
from pathlib import Path

import pytest
import railway

RECORD = Path(os.environ["SIGYL_TEST_RECORD"])

CHECKS = {"railway": railway.mistakes}


def recorded(api: str) -> list[dict]:
    return [json.loads(line) for line in (RECORD / f"{api}.jsonl").read_text().splitlines()]


def the(api: str, word: str) -> dict:
    """A copy of the first request that has the word."""
    return copy.deepcopy(next(request for request in recorded(api) if word in json.dumps(request)))


@pytest.mark.parametrize("api", sorted(CHECKS))
def test_every_request_is_one_that_the_service_takes(api: str) -> None:
    requests = recorded(api)
    assert requests
    for request in requests:
        assert CHECKS[api](request) == [], request


def test_every_operation_of_railway_was_sent() -> None:
    source = Path("sigyl-deploy/src/backend/railway/operations.rs").read_text()
    written = {
        word.split("(")[0]
        for line in source.splitlines()
        for kind in ("query ", "mutation ")
        if f'"{kind}' in line
        for word in [line.split(f'"{kind}')[1]]
    }
    sent = {request["body"]["operationName"] for request in recorded("railway")}
    assert len(written) > 20
    assert written == sent


RAILWAY_MISTAKES = [
    ("mutation InstanceUpdate", ["variables", "input", "healthCheckPath"], "/health"),
    ("mutation InstanceUpdate", ["variables", "input", "numReplicas"], "1"),
    ("mutation InstanceUpdate", ["variables", "input", "restartPolicyType"], "SOMETIMES"),
    ("mutation VariablesUpsert", ["variables", "input", "projectId"], None),
    ("mutation Deploy(", ["query"], "mutation Deploy($serviceId: String!) { serviceInstanceDeployV2(serviceId: $serviceId) }"),
    ("mutation Stop", ["query"], "mutation Stop($id: String!) { deploymentHalt(id: $id) }"),
    ("query Deployments", ["operationName"], "Deployment"),
    ("query Domains", ["variables", "region"], "eu"),
]


@pytest.mark.parametrize(("word", "path", "value"), RAILWAY_MISTAKES)
def test_a_mistake_to_railway_is_refused(word: str, path: list[str], value: object) -> None:
    request = the("railway", word)
    assert railway.mistakes(request) == []
    place = request["body"]
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    assert railway.mistakes(request) != []
