"""What clients send, in their order."""

from urllib.parse import quote

from registry import OFFICIAL, check, document, is_entry, is_error, key, skip

# VS Code asks for pages of 50.
PAGE = 50


def encoded(text):
    """As `encodeURIComponent` does."""
    return quote(text, safe="!'()*-._~")


def escaped(text):
    """As Go's `url.PathEscape` does, which leaves `+` as it is."""
    return quote(text, safe="$&+:=@-._~")


def clients(registry, namespace, run, publish):
    names = [f"{namespace}/shelf-{run}-{number:02}" for number in range(PAGE + 5)]
    for name in names:
        publish(document(name, "1.0.0+build.1", title="Shelf", remotes=[{"type": "streamable-http", "url": f"https://{name.split('/')[1]}.example/mcp"}]))
    vs_code(registry, f"shelf-{run}", names)
    copilot(registry, names[0])
    publisher(registry, f"{namespace}/cli-{run}")
    toolhive(registry)


def vs_code(registry, search, names):
    """The gallery: a probe, pages with the cursor as it came, the second without the search, and one server alone."""
    base = "/v0.1/servers"
    origin = {"Origin": "vscode-file://vscode-app"}
    probe = registry.get(f"{base}?limit=1", headers=origin)
    check("VS Code: the probe", 200 <= probe.status < 300 and probe.headers.get("access-control-allow-origin") == "*", probe)
    seen, asked, pages = [], f"&search={encoded(search)}", 0
    while pages < 5:
        page = registry.get(f"{base}?limit={PAGE}&version=latest{asked}", headers=origin)
        if not check(f"VS Code: page {pages + 1}", page.status == 200 and isinstance(page.body.get("metadata"), dict), page):
            return
        pages, entries = pages + 1, page.body["servers"]
        shown = all(is_entry(entry) and isinstance(entry["_meta"], dict) for entry in entries)
        check(f"VS Code: page {pages} can be shown", shown, entries[:1])
        seen += [key(entry)[0] for entry in entries]
        cursor = page.body["metadata"].get("nextCursor")
        if not cursor:
            break
        asked = f"&cursor={cursor}"
    check("VS Code: the second page is of the same search", pages > 1 and seen == names, seen)
    detail = registry.get(f"{base}/{encoded(names[0])}/versions/latest", headers=origin)
    whole = detail.status == 200 and is_entry(detail.body) and isinstance(detail.body.get("_meta"), dict)
    check("VS Code: one server", whole and detail.body["server"]["name"] == names[0], detail)
    check("VS Code: what it starts or reaches is told", whole and detail.body["server"]["remotes"][0]["url"].startswith("https://"), detail)
    gone = registry.get(f"{base}/{encoded(names[0] + '-not')}/versions/latest", headers=origin)
    check("VS Code: a server that is not there", 400 <= gone.status < 500, gone)


def copilot(registry, name):
    """The three endpoints that Copilot needs, which it asks with no credentials."""
    for path in ["/v0.1/servers", f"/v0.1/servers/{encoded(name)}/versions/latest", f"/v0.1/servers/{encoded(name)}/versions/1.0.0%2Bbuild.1"]:
        answer = registry.get(path, token=False)
        if answer.status == 401:
            skip(f"Copilot: {path}: this registry is closed to it")
        else:
            check(f"Copilot: {path}", answer.status == 200, answer)
        asked = {"Origin": "https://github.com", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,content-type"}
        answer = registry.ask("OPTIONS", path, headers=asked, token=False)
        allowed = answer.headers.get("access-control-allow-headers", "").lower()
        check(f"Copilot: whether it may ask {path}", answer.status in (200, 204) and answer.headers.get("access-control-allow-origin") == "*"
              and (allowed == "*" or ("authorization" in allowed and "content-type" in allowed)), answer.headers)


def publisher(registry, name):
    """The official command line: publish, validate where that is refused, and status with what it reads before."""
    publish = lambda doc, **more: registry.ask("POST", "/v0/publish", doc, **more)
    refused = publish(document(name, "1.0.0"), token=False, headers={"Authorization": "Bearer expired"})
    check("mcp-publisher: a token that has ended", refused.status == 401, refused)
    for version in ["1.0.0", "1.1.0+build.1"]:
        answer = publish(document(name, version))
        check(f"mcp-publisher: publish {version}", answer.status in (200, 201) and key(answer.body) == (name, version), answer)
    check("mcp-publisher: publish again", is_error(publish(document(name, "1.0.0")), 400, 409), "")
    wrong = document(name, "1.2.0", websiteUrl="http://example.com")
    answer = publish(wrong)
    check("mcp-publisher: publish what is wrong", is_error(answer, 400, 422), answer)
    told = registry.ask("POST", "/v0/validate", wrong, token=False)
    if told.status == 404:
        skip("mcp-publisher: validate")
    else:
        issues = (told.body or {}).get("issues")
        check("mcp-publisher: validate tells why", told.status == 200 and told.body["valid"] is False and bool(issues)
              and all(isinstance(each.get(part), str) for each in issues for part in ("type", "path", "message", "severity", "reference")), told)
        check("mcp-publisher: validate what is right", registry.ask("POST", "/v0/validate", document(name, "1.2.0"), token=False).body.get("valid") is True)
    at = f"/v0/servers/{escaped(name)}"
    for version in ["1.0.0", "1.1.0+build.1"]:
        one = f"{at}/versions/{escaped(version)}"
        for status, message in [("deprecated", "Please upgrade"), ("deleted", None), ("active", None)]:
            before = registry.get(f"{one}?include_deleted=true")
            check(f"mcp-publisher: how {version} stands before it is {status}", before.status == 200 and before.body["_meta"][OFFICIAL]["status"] != status, before)
            body = {"status": status, **({"statusMessage": message} if message else {})}
            answer = registry.ask("PATCH", f"{one}/status", body)
            check(f"mcp-publisher: {version} is {status}", answer.status == 200, answer)
    versions = registry.get(f"{at}/versions?include_deleted=true")
    check("mcp-publisher: all versions", versions.status == 200 and len(versions.body["servers"]) == 2, versions)
    answer = registry.ask("PATCH", f"{at}/status", {"status": "deleted", "statusMessage": "Archived"})
    check("mcp-publisher: all versions are deleted", answer.status == 200 and answer.body.get("updatedCount") == 2, answer)
    versions = registry.get(f"{at}/versions?include_deleted=true")
    check("mcp-publisher: they say so", all(each["_meta"][OFFICIAL]["status"] == "deleted" for each in versions.body["servers"]), versions)


def toolhive(registry):
    check("ToolHive: the probe", registry.get("/v0.1/servers").status in (200, 401))
