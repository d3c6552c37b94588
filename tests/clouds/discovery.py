"""Requests to Google's interfaces, held against the descriptions that Google publishes of them."""

import json
import re
from functools import cache
from pathlib import Path

import googleapiclient
import jsonschema

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"

# Which description an interface of a fake has.
DESCRIPTIONS = {
    "run": "run.v2",
    "run-regional": "run.v1",
    "secretmanager": "secretmanager.v1",
    "logging": "logging.v2",
    "iam": "iam.v1",
    "cloudbuild": "cloudbuild.v1",
    "storage": "storage.v1",
}


@cache
def description(api: str) -> dict:
    return json.loads((DOCUMENTS / f"{DESCRIPTIONS[api]}.json").read_text())


def pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join("[^/:]+" if part.startswith("{") else re.escape(part) for part in parts))


@cache
def methods(api: str) -> list[tuple[str, re.Pattern[str], dict]]:
    """HTTP method, path and description of every method."""
    found = []

    def walk(resource: dict) -> None:
        for method in resource.get("methods", {}).values():
            path = description(api)["servicePath"] + method.get("flatPath", method["path"])
            found.append((method["httpMethod"], pattern(f"/{path}"), method))
            if "mediaUpload" in method:
                upload = method["mediaUpload"]["protocols"]["simple"]["path"]
                found.append((method["httpMethod"], pattern(upload), {**method, "isUpload": True}))
        for inner in resource.get("resources", {}).values():
            walk(inner)

    walk(description(api))
    return found


def strict(schema: dict) -> dict:
    """A JSON Schema of a schema of a description: nothing unknown, nothing that only Google sets."""
    if schema.get("readOnly"):
        return {"not": {}}
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    kind = schema.get("type")
    if kind == "any" or kind is None:
        return {}
    out: dict = {"type": kind}
    if "enum" in schema:
        out["enum"] = schema["enum"]
    if schema.get("format") in ("int64", "uint64"):
        out["pattern"] = "^-?[0-9]+$"
    if schema.get("format") == "google-duration":
        out["pattern"] = r"^-?[0-9]+(\.[0-9]{1,9})?s$"
    if schema.get("format") == "byte":
        out["pattern"] = "^[A-Za-z0-9+/_-]*={0,2}$"
    if kind == "array":
        out["items"] = strict(schema["items"])
    if kind == "object":
        out["properties"] = {name: strict(value) for name, value in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        out["additionalProperties"] = strict(more) if more else False
    return out


@cache
def validator(api: str, name: str) -> jsonschema.Draft202012Validator:
    definitions = {known: strict(schema) for known, schema in description(api)["schemas"].items()}
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def mistakes(request: dict) -> list[str]:
    """What is wrong with a request, or nothing."""
    api, path = request["api"], request["path"]
    fitting = [
        method
        for http_method, pattern, method in methods(api)
        if http_method == request["method"] and pattern.fullmatch(path)
    ]
    if not fitting:
        return [f"no method: {request['method']} {path}"]
    method = fitting[0]
    found = []
    parameters = method.get("parameters", {})
    for name, value in request["query"].items():
        known = parameters.get(name) or description(api)["parameters"].get(name)
        if known is None or known.get("location") != "query":
            found.append(f"{method['id']}: no parameter {name}")
        elif known["type"] == "integer" and not re.fullmatch("[0-9]+", value):
            found.append(f"{method['id']}: {name} is no number")
        elif known["type"] == "boolean" and value not in ("true", "false"):
            found.append(f"{method['id']}: {name} is neither true nor false")
        elif known.get("format") == "google-fieldmask":
            body = method["request"]["$ref"]
            fields = description(api)["schemas"][body]["properties"]
            found += [f"{body} has no {field}" for field in value.split(",") if field.split(".")[0] not in fields]
    for name, known in parameters.items():
        if known.get("required") and known["location"] == "query" and name not in request["query"]:
            found.append(f"{method['id']}: {name} is missing")
    body = method.get("request", {}).get("$ref")
    if method.get("isUpload"):
        # The bytes themselves, with the object's name beside them.
        if request["query"].get("uploadType") != "media" or not request["query"].get("name"):
            found.append(f"{method['id']}: no upload of bytes under a name")
        if not request["content_type"] or request["content_type"] == "application/json":
            found.append(f"{method['id']}: bytes of no kind")
    elif body is None:
        if request["body"] is not None:
            found.append(f"{method['id']} takes no body")
    elif request["body"] is None:
        found.append(f"{method['id']} wants a body")
    else:
        errors = validator(api, body).iter_errors(request["body"])
        found += [f"{method['id']}: {error.json_path}: {error.message[:200]}" for error in errors]
    return found


def name_of(request: dict) -> str:
    for http_method, pattern, method in methods(request["api"]):
        if http_method == request["method"] and pattern.fullmatch(request["path"]):
            return method["id"]
    return ""
