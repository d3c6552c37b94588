"""What publishers ask."""

import random, time
from urllib.parse import quote

from clients import clients
from combined import combined
from meanwhile import race, walk_while_publishing
from registry import OFFICIAL, check, document, is_entry, is_error, key, skip


def writing(registry, namespace):
    run = f"{int(time.time()):x}{random.randrange(16**4):04x}"
    name = f"{namespace}/run-{run}"
    at = lambda version, name=name: f"/v0.1/servers/{quote(name, safe='')}/versions/{quote(version, safe='')}"
    publish = lambda doc, base="/v0.1": registry.ask("POST", f"{base}/publish", doc)
    anonymous = registry.ask("POST", "/v0.1/publish", document(name, "1.0.0"), token=False)
    check("publishing needs a token", anonymous.status in (401, 403), anonymous)
    first = publish(document(name, "1.0.0"))
    if not check("a version is published", first.status in (200, 201) and is_entry(first.body or {}), first):
        return
    check("what was published is what is answered", first.body["server"]["packages"] == document(name, "1.0.0")["packages"], first)
    check("it is the latest", first.body["_meta"][OFFICIAL]["isLatest"] is True, first)
    check("the same version is not published twice", is_error(publish(document(name, "1.0.0")), 400, 409), "")
    for what, wrong in {
        "no name": {**document(name, "2.0.0"), "name": ""}, "a bare name": document("bare", "2.0.0"),
        "two slashes": document(f"{namespace}/a/b", "2.0.0"), "version latest": document(name, "latest"),
        "a range": document(name, "^1.0.0"), "another range": document(name, ">=1.0.0"), "a wildcard": document(name, "1.x"),
        "no description": {**document(name, "2.0.0"), "description": ""},
        "a long description": {**document(name, "2.0.0"), "description": "x" * 101},
        "a repository that is no address": document(name, "2.0.0", repository={"url": "somewhere", "source": "github"}),
        "a website by http": document(name, "2.0.0", websiteUrl="http://example.com"),
        "an icon by http": document(name, "2.0.0", icons=[{"src": "http://example.com/a.png"}]),
        "a remote without an address": document(name, "2.0.0", remotes=[{"type": "sse"}]),
        "a remote on this computer": document(name, "2.0.0", remotes=[{"type": "sse", "url": "https://localhost/sse"}]),
        "a variable that nothing declares": document(name, "2.0.0", remotes=[{"type": "sse", "url": "https://a.example/{b}"}]),
        "no schema": {k: v for k, v in document(name, "2.0.0").items() if k != "$schema"},
        "a list": [],
    }.items():
        answer = publish(wrong)
        check(f"{what} is refused", is_error(answer, 400, 422), answer)
        validated = registry.ask("POST", "/v0.1/validate", wrong)
        if validated.status != 404:
            check(f"{what} is told by validate", validated.status in (200, 400, 422) and not (validated.body or {}).get("valid", False), validated)
    for version in ["1.1.0", "1.1.0-rc.1", "1.1.0+build.7", "0.9.0"]:
        check(f"{version} is published", publish(document(name, version)).status in (200, 201))
    check("a version with + is found as %2B", registry.get(at("1.1.0+build.7")).status == 200)
    latest = registry.get(at("latest"))
    check("the latest is the greatest, not the last", latest.status == 200 and latest.body["server"]["version"].startswith("1.1.0")
          and "rc" not in latest.body["server"]["version"], latest)
    versions = registry.get(f"/v0.1/servers/{quote(name, safe='')}/versions")
    told = versions.body["servers"] if versions.status == 200 else []
    check("all versions are listed", len(told) == 5, versions)
    check("one of them is the latest", sum(e["_meta"][OFFICIAL]["isLatest"] for e in told) == 1)
    found = registry.walk(search=f"RUN-{run}", limit=2)
    check("a search goes by part of the name, whatever its letters", found is not None and len(found) == 5, found)
    # Clients drop the search on the second page.
    page = registry.list(search=f"run-{run}", limit="2")
    if page.status == 200 and page.body["metadata"].get("nextCursor"):
        cursor = page.body["metadata"]["nextCursor"]
        check("a cursor stands in an address as it is", not set(cursor) & set("&#%+ "), cursor)
        following = registry.get(f"/v0.1/servers?limit=2&cursor={cursor}")
        check("a cursor keeps the filter of its list", all(e["server"]["name"] == name for e in following.body["servers"]), following)
    check("a search for one version", [key(e) for e in registry.walk(search=f"run-{run}", version="0.9.0", limit=50)] == [(name, "0.9.0")])
    status = lambda body, version="0.9.0": registry.ask("PATCH", at(version) + "/status", body)
    check("a version is deprecated", status({"status": "deprecated", "statusMessage": "Use 1.1.0"}).status == 200)
    official = registry.get(at("0.9.0")).body["_meta"][OFFICIAL]
    check("its status is told, and why", official["status"] == "deprecated" and official.get("statusMessage") == "Use 1.1.0", official)
    check("no change is a mistake", is_error(status({"status": "deprecated", "statusMessage": "Use 1.1.0"}), 400, 409, 422))
    check("what is active needs no reason", is_error(status({"status": "active", "statusMessage": "x"}), 400, 422))
    check("an unknown status is refused", is_error(status({"status": "gone"}), 400, 422))
    check("a long reason is refused", is_error(status({"status": "deleted", "statusMessage": "x" * 501}), 400, 422))
    before = registry.get(at("1.1.0")).body["_meta"][OFFICIAL]["updatedAt"]
    time.sleep(0.01)
    check("a version is deleted", status({"status": "deleted"}).status == 200)
    check("what is deleted is not found", registry.get(at("0.9.0")).status == 404)
    check("unless it is asked for", registry.get(at("0.9.0") + "?include_deleted=true").status == 200)
    check("nor is it listed", all(key(e)[1] != "0.9.0" for e in registry.walk(search=f"run-{run}", limit=50)))
    check("unless it is asked for, either", any(key(e)[1] == "0.9.0" for e in registry.walk(search=f"run-{run}", include_deleted="true", limit=50)))
    changed = registry.walk(search=f"run-{run}", updated_since=before, limit=50)
    check("updated_since has what was deleted since", any(key(e)[1] == "0.9.0" for e in changed or []), changed)
    check("a deleted version comes back", status({"status": "active"}).status == 200 and registry.get(at("0.9.0")).status == 200)
    mended = registry.ask("PUT", at("0.9.0"), document(name, "0.9.0", title="Mended"))
    if mended.status in (403, 404, 405, 501):
        skip("edits")
    else:
        check("a document is mended", mended.status == 200 and mended.body["server"].get("title") == "Mended", mended)
        check("a server is not renamed", is_error(registry.ask("PUT", at("0.9.0"), document(name + "-x", "0.9.0")), 400, 422))
    walk_while_publishing(registry, namespace, run, publish)
    race(registry, publish, f"{namespace}/race-{run}")
    clients(registry, namespace, run, publish)
    combined(registry, namespace, run, publish)
    everything = registry.ask("PATCH", f"/v0.1/servers/{quote(name, safe='')}/status", {"status": "deleted"})
    check("all versions are deleted at once", everything.status == 200 and everything.body.get("updatedCount") == 5, everything)
