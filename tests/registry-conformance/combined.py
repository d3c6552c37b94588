"""Every query of the list, alone and with every other, against what the versions themselves say."""

import itertools
from datetime import datetime
from urllib.parse import quote

from registry import OFFICIAL, check, document, is_error, key

SERVERS = {
    "a": ["1.0.0", "1.1.0", "2.0.0+build.7"], "b": ["1.0.0"], "c": ["1.0.0-rc.1", "1.0.0"],
    "d": ["0.1.0", "1.0.0"], "e": ["1.0.0"],
}
STATUSES = [("a", "1.1.0", "deleted"), ("b", "1.0.0", "deprecated"), ("d", "1.0.0", "deleted"), ("e", "1.0.0", "deleted")]
FUTURE = "2099-01-01T00:00:00Z"


def when(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def official(entry):
    return entry["_meta"][OFFICIAL]


def combined(registry, namespace, run, publish):
    part = f"mix-{run}"
    name = lambda letter: f"{namespace}/{part}-{letter}"
    for letter, versions in SERVERS.items():
        for version in versions:
            publish(document(name(letter), version))
    for letter, version, status in STATUSES:
        path = f"/v0.1/servers/{quote(name(letter), safe='')}/versions/{version}/status"
        check(f"{letter} {version} is {status}", registry.ask("PATCH", path, {"status": status}).status == 200)
    truth = []
    for letter in SERVERS:
        told = registry.get(f"/v0.1/servers/{quote(name(letter), safe='')}/versions?include_deleted=true")
        if not check(f"all versions of {letter} are told", told.status == 200 and len(told.body["servers"]) == len(SERVERS[letter]), told):
            return
        truth += told.body["servers"]
    truth.sort(key=key)
    # In the middle of what was changed last: some before it, some after it, one at it.
    since = sorted((official(entry)["updatedAt"] for entry in truth), key=when)[len(truth) // 2]
    queries = itertools.product(
        [None, part, part.upper() + "-A", part + "-nothing"], [None, "latest", "1.0.0", "2.0.0+build.7", "9.9.9"],
        [None, since, FUTURE], [None, "true", "false"], [2, 100])
    for search, version, updated_since, include_deleted, limit in queries:
        if search is None and (updated_since is None or limit == 2):
            # Of a registry that others fill, only what changed just now is few.
            continue
        query = {"search": search, "version": version, "updated_since": updated_since, "include_deleted": include_deleted}
        query = {part: value for part, value in query.items() if value is not None}
        if updated_since and include_deleted == "false":
            answer = registry.list(limit=limit, **query)
            check(f"{query} limit {limit} is refused", is_error(answer, 400, 422), answer)
            continue

        def fits(entry):
            about = official(entry)
            return ((search is None or search.lower() in entry["server"]["name"].lower())
                    and (version is None or (about["isLatest"] if version == "latest" else entry["server"]["version"] == version))
                    and (updated_since is None or when(about["updatedAt"]) > when(updated_since))
                    and (about["status"] != "deleted" or include_deleted == "true" or updated_since is not None))

        found = registry.walk(limit=limit, **query)
        ours = None if found is None else [entry for entry in found if f"/{part}-" in entry["server"]["name"]]
        expected = list(filter(fits, truth))
        check(f"{query} limit {limit} gives {len(expected)}", ours == expected, ours and [key(entry) for entry in ours])
