"""Objects for Kubernetes, held against the strict schemas of its release."""

import re

import kubernetes_validate

VERSION = "1.37"

# Objects of these paths are applied; the kinds and groups are Kubernetes' own.
APPLIED = re.compile(r"/(api/v1|apis/[a-z.0-9]+/v1)/(namespaces/[a-z0-9-]+/)?([a-z]+)/([a-z0-9.-]+)")


def mistakes_of(manifest: dict) -> list[str]:
    """What is wrong with an object, or nothing."""
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return [str(getattr(error, "message", error))[:300]]
    return []


def mistakes(request: dict) -> list[str]:
    """What is wrong with a request, or nothing."""
    if request["method"] != "PATCH" or request["content_type"] != "application/apply-patch+yaml":
        return []
    path = APPLIED.fullmatch(request["path"])
    if path is None:
        return [f"no path of an object: {request['path']}"]
    manifest = request["body"]
    if not isinstance(manifest, dict):
        return ["no object"]
    found = mistakes_of(manifest)
    group = path[1].removeprefix("apis/").removeprefix("api/")
    if manifest["apiVersion"] != group:
        found.append(f"{manifest['apiVersion']} at {request['path']}")
    if path[3].rstrip("s") not in (manifest["kind"].lower(), manifest["kind"].lower()[:-1] + "ie"):
        found.append(f"{manifest['kind']} at {request['path']}")
    if manifest["metadata"]["name"] != path[4]:
        found.append(f"{manifest['metadata']['name']} at {request['path']}")
    if not request["query"].get("fieldManager"):
        found.append("an apply without a manager")
    return found


VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def unrestricted(manifest: dict) -> list[str]:
    """What a Deployment has that the level `restricted` of Pod Security forbids: its controls, one by one."""
    pod = manifest["spec"]["template"]["spec"]
    context = pod.get("securityContext", {})
    found = [field for field in ("hostNetwork", "hostPID", "hostIPC") if pod.get(field)]
    found += [f"volume {name}" for volume in pod.get("volumes", []) for name in set(volume) - {"name"} - VOLUMES]
    if context.get("runAsUser") == 0:
        found.append("root")
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        if own.get("privileged") or own.get("allowPrivilegeEscalation") is not False:
            found.append("privileges")
        if "ALL" not in own.get("capabilities", {}).get("drop", []) or set(
            own.get("capabilities", {}).get("add", [])
        ) - {"NET_BIND_SERVICE"}:
            found.append("capabilities")
        if not own.get("runAsNonRoot", context.get("runAsNonRoot")):
            found.append("may be root")
        seccomp = own.get("seccompProfile", context.get("seccompProfile", {})).get("type")
        if seccomp not in ("RuntimeDefault", "Localhost"):
            found.append("seccomp")
        found += [f"host port {port['hostPort']}" for port in container.get("ports", []) if port.get("hostPort")]
    return found
