"""Every request that the tests of the backends made, held against the services' own machine-readable descriptions."""

import copy
import json
import os
from pathlib import Path

import discovery
import manifests
import pytest
import railway

RECORD = Path(os.environ["SIGYL_TEST_RECORD"])

CHECKS = {"kubernetes": manifests.mistakes, "railway": railway.mistakes} | dict.fromkeys(discovery.DESCRIPTIONS, discovery.mistakes)


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
    ("mutation CustomDomainCreate", ["variables", "input", "targetPort"], "8080"),
    ("mutation CustomDomainCreate", ["variables", "input", "projectId"], None),
    ("mutation CustomDomainDelete", ["query"], "mutation CustomDomainDelete($id: String!) { customDomainRemove(id: $id) }"),
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


def change(request: dict, path: list, value: object) -> None:
    place = request
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value


CONTAINER = ["body", "template", "containers", 0]

GOOGLE_MISTAKES = [
    ("run", "secretKeyRef", ["body", "ingress"], "ALL"),
    ("run", "secretKeyRef", ["body", "uri"], "https://example.com"),
    ("run", "secretKeyRef", ["body", "template", "timeout"], 300),
    ("run", "secretKeyRef", ["body", "template", "timeOut"], "300s"),
    ("run", "secretKeyRef", ["body", "scaling", "scalingMode"], "FIXED"),
    ("run", "secretKeyRef", [*CONTAINER, "startUpProbe"], {}),
    ("run", "secretKeyRef", [*CONTAINER, "ports", 0, "containerPort"], "8080"),
    ("run", "secretKeyRef", [*CONTAINER, "resources", "limits", "cpu"], 1),
    ("run", "secretKeyRef", ["body"], None),
    ("run", "serviceId", ["query", "serviceName"], "weather"),
    ("run", "updateMask", ["query", "updateMask"], "traffik"),
    ("run", "updateMask", ["path"], "/v1/projects/my-project/locations/europe-west1/services/weather"),
    ("run", "updateMask", ["method"], "PUT"),
    ("secretmanager", "payload", ["body", "payload", "value"], "x"),
    ("secretmanager", "payload", ["body", "payload", "data"], "not base64!"),
    ("secretmanager", "replication", ["body", "replication", "automatic"], True),
    ("logging", "orderBy", ["body", "pageSize"], "20"),
    ("logging", "orderBy", ["body", "since"], "2026-11-21T16:00:00Z"),
    ("iam", "accountId", ["body", "serviceAccount", "email"], "x@example.com"),
    ("cloudbuild", "storageSource", ["body", "timeout"], 900),
    ("cloudbuild", "storageSource", ["body", "image"], ["x"]),
    ("cloudbuild", "storageSource", ["body", "options", "logging"], "CLOUD_LOGGING"),
    ("cloudbuild", "storageSource", ["body", "steps", 0, "arguments"], []),
    ("cloudbuild", "storageSource", ["body", "status"], "QUEUED"),
    ("cloudbuild", "secretEnv", ["body", "steps", 0, "secretEnv"], "SIGYL_BUILD_NPM_TOKEN"),
    ("cloudbuild", "secretEnv", ["body", "steps", 0, "secretEnvs"], ["SIGYL_BUILD_NPM_TOKEN"]),
    ("cloudbuild", "secretEnv", ["body", "steps", 0, "env"], "DOCKER_BUILDKIT=1"),
    ("cloudbuild", "secretEnv", ["body", "availableSecrets", "secretManager", 0, "version"], "1"),
    ("cloudbuild", "secretEnv", ["body", "availableSecrets", "secretManager", 0, "env"], ["SIGYL_BUILD_NPM_TOKEN"]),
    ("cloudbuild", "secretEnv", ["body", "availableSecrets", "secretManagers"], []),
    ("cloudbuild", "secretEnv", ["body", "availableSecret"], {}),
    ("cloudbuild", "pageSize", ["query", "tag"], "x"),
    ("storage", "uploadType", ["query", "uploadType"], "multipart"),
    ("storage", "uploadType", ["query", "name"], None),
    ("storage", "uploadType", ["path"], "/storage/v1/b/my-bucket/o"),
    ("storage", "prefix", ["query", "prefixes"], "sigyl/"),
    ("run-regional", "routeName", ["body", "spec", "route"], "weather"),
    ("run-regional", "routeName", ["body", "spec", "certificateMode"], "MANAGED"),
    ("run-regional", "routeName", ["body", "metadata", "label"], {}),
    ("run-regional", "routeName", ["path"], "/apis/domains.cloudrun.com/v1/namespaces/my-project/domains"),
    ("run-regional", "labelSelector", ["query", "labels"], "x"),
    ("run-regional", "labelSelector", ["query", "limit"], "many"),
]


@pytest.mark.parametrize(("api", "word", "path", "value"), GOOGLE_MISTAKES)
def test_a_mistake_to_google_is_refused(api: str, word: str, path: list, value: object) -> None:
    request = the(api, word)
    assert discovery.mistakes(request) == []
    if path == ["body"]:
        request["body"] = None
    else:
        change(request, path, value)
    assert discovery.mistakes(request) != []


def test_every_kind_of_request_to_google_was_sent() -> None:
    sent = {discovery.name_of(request) for api in discovery.DESCRIPTIONS for request in recorded(api)}
    assert sent == {
        "cloudbuild.projects.locations.builds.create",
        "cloudbuild.projects.locations.builds.get",
        "cloudbuild.projects.locations.builds.list",
        "iam.projects.serviceAccounts.create",
        "iam.projects.serviceAccounts.delete",
        "iam.projects.serviceAccounts.list",
        "logging.entries.list",
        "run.namespaces.domainmappings.create",
        "run.namespaces.domainmappings.delete",
        "run.namespaces.domainmappings.get",
        "run.namespaces.domainmappings.list",
        "run.projects.locations.operations.get",
        "run.projects.locations.services.create",
        "run.projects.locations.services.delete",
        "run.projects.locations.services.get",
        "run.projects.locations.services.list",
        "run.projects.locations.services.patch",
        "run.projects.locations.services.revisions.delete",
        "run.projects.locations.services.revisions.get",
        "run.projects.locations.services.revisions.list",
        "secretmanager.projects.secrets.addVersion",
        "secretmanager.projects.secrets.create",
        "secretmanager.projects.secrets.delete",
        "secretmanager.projects.secrets.list",
        "secretmanager.projects.secrets.setIamPolicy",
        "secretmanager.projects.secrets.versions.get",
        "storage.objects.delete",
        "storage.objects.insert",
        "storage.objects.list",
    }


def rendered(kind: str) -> dict:
    lines = (RECORD / "rendered.jsonl").read_text().splitlines()
    return next(found for found in map(json.loads, lines) if found["kind"] == kind)


def test_everything_rendered_is_taken() -> None:
    lines = (RECORD / "rendered.jsonl").read_text().splitlines()
    assert len(lines) == 8
    for line in lines:
        assert manifests.mistakes_of(json.loads(line)) == [], line


def test_every_deployment_is_restricted() -> None:
    applied = [request["body"] for request in recorded("kubernetes")]
    deployments = [body for body in applied if isinstance(body, dict) and body.get("kind") == "Deployment"]
    assert deployments
    for deployment in [*deployments, rendered("Deployment")]:
        assert manifests.unrestricted(deployment) == []


POD = ["spec", "template", "spec"]
CONTAINER_OF_POD = [*POD, "containers", 0]

KUBERNETES_MISTAKES = [
    ("Deployment", [*CONTAINER_OF_POD, "readynessProbe"], {}),
    ("Deployment", [*CONTAINER_OF_POD, "ports", 0, "containerPort"], "http"),
    ("Deployment", [*CONTAINER_OF_POD, "securityContext", "readOnlyRootFileSystem"], True),
    ("Deployment", ["spec", "strategy", "rollingUpdate", "maxUnavailable"], [0]),
    ("Deployment", ["spec", "selector"], None),
    ("Deployment", [*POD, "terminationGracePeriodSeconds"], "30s"),
    ("Deployment", ["apiVersion"], "apps/v2"),
    ("Service", ["spec", "ports", 0, "port"], "8080"),
    ("NetworkPolicy", ["spec", "egress", 0, "ports", 0, "name"], "dns"),
    ("NetworkPolicy", ["spec", "egress", 1, "to", 0, "ipBlock", "cidr"], None),
    ("Secret", ["stringData", "API_KEY"], 1),
    ("PodDisruptionBudget", ["spec", "maxUnavailableReplicas"], 1),
    ("ServiceAccount", ["automountServiceAccountToken"], "false"),
    ("Namespace", ["metadata", "label"], {}),
]


@pytest.mark.parametrize(("kind", "path", "value"), KUBERNETES_MISTAKES)
def test_a_mistake_in_a_manifest_is_refused(kind: str, path: list, value: object) -> None:
    manifest = rendered(kind)
    assert manifests.mistakes_of(manifest) == []
    change(manifest, path, value)
    assert manifests.mistakes_of(manifest) != []


LOOSE = [
    ([*POD, "hostNetwork"], True),
    ([*POD, "volumes", 0], {"name": "tmp", "hostPath": {"path": "/"}}),
    ([*POD, "securityContext", "seccompProfile"], None),
    ([*POD, "securityContext", "runAsUser"], 0),
    ([*CONTAINER_OF_POD, "securityContext", "privileged"], True),
    ([*CONTAINER_OF_POD, "securityContext", "allowPrivilegeEscalation"], None),
    ([*CONTAINER_OF_POD, "securityContext", "capabilities", "add"], ["SYS_ADMIN"]),
    ([*CONTAINER_OF_POD, "ports", 0, "hostPort"], 80),
]


@pytest.mark.parametrize(("path", "value"), LOOSE)
def test_a_loose_pod_is_refused(path: list, value: object) -> None:
    manifest = rendered("Deployment")
    change(manifest, path, value)
    assert manifests.mistakes_of(manifest) == []
    assert manifests.unrestricted(manifest) != []


APPLY_MISTAKES = [
    (["path"], "/apis/apps/v1/namespaces/sigyl-servers/services/weather-r1"),
    (["path"], "/apis/apps/v1/namespaces/sigyl-servers/deployments/other"),
    (["query"], {}),
    (["body", "spec", "replica"], 1),
]


@pytest.mark.parametrize(("path", "value"), APPLY_MISTAKES)
def test_a_mistaken_apply_is_refused(path: list, value: object) -> None:
    request = the("kubernetes", '"Deployment"')
    assert manifests.mistakes(request) == []
    change(request, path, value)
    assert manifests.mistakes(request) != []
