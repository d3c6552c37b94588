"""What anybody may ask."""

from urllib.parse import quote

from registry import OFFICIAL, check, is_entry, is_error, key, skip


def reading(registry):
    page = registry.list()
    if not check("a list is answered", page.status == 200 and isinstance(page.body, dict), page):
        return
    check("a list has servers and metadata", isinstance(page.body.get("servers"), list) and isinstance(page.body.get("metadata"), dict), page)
    entries = page.body["servers"]
    check("metadata.count counts them", page.body["metadata"].get("count") == len(entries), page.body["metadata"])
    check("at most 30 when nobody says", len(entries) <= 30, len(entries))
    check("each has a name, a description, a version, and official metadata", all(map(is_entry, entries)), [e for e in entries if not is_entry(e)][:1])
    check("they are in the order of name and version", [key(e) for e in entries] == sorted(key(e) for e in entries))
    check("the kind is JSON", page.headers.get("content-type", "").startswith("application/json"), page.headers)
    for wrong in ["0", "101", "-1", "abc", "1.5"]:
        check(f"limit={wrong} is refused", is_error(registry.list(limit=wrong), 400, 422), registry.list(limit=wrong))
    for right in ["1", "100"]:
        page = registry.list(limit=right)
        check(f"limit={right} is taken", page.status == 200 and len(page.body["servers"]) <= int(right), page)
    check("a cursor that is none is refused or names a place", registry.list(cursor="!!").status in (200, 400, 422))
    check("updated_since that is no time is refused", is_error(registry.list(updated_since="yesterday"), 400, 422))
    check("updated_since of the future finds nothing", registry.list(updated_since="2099-01-01T00:00:00Z").body.get("servers") == [])
    wrong = registry.list(updated_since="2020-01-01T00:00:00Z", include_deleted="false")
    check("updated_since without deleted ones is refused", is_error(wrong, 400, 422), wrong)
    check("what is not known in a query is let be", registry.list(nonsense="1").status == 200)
    latest = registry.list(version="latest", limit="100")
    check("version=latest gives latest versions", latest.status == 200 and all(e["_meta"][OFFICIAL]["isLatest"] for e in latest.body["servers"]), latest)
    none = registry.list(search="zzzz-no-such-server-zzzz")
    check("a search that finds nothing has an empty list", none.status == 200 and none.body["servers"] == [], none)
    check("signs of patterns are letters in a search", registry.list(search="%").body.get("servers") in ([],) or all("%" in e["server"]["name"] for e in registry.list(search="%").body["servers"]))
    for name in ["no.such/server", "nothing"]:
        for path in [f"/v0.1/servers/{quote(name, safe='')}/versions", f"/v0.1/servers/{quote(name, safe='')}/versions/latest"]:
            check(f"{path} is not found", is_error(registry.get(path), 404), registry.get(path))
    check("NUL in a name is refused", registry.get("/v0.1/servers/a%00b/versions").status in (400, 404))
    answer = registry.get("/v0.1/servers", headers={"Origin": "https://elsewhere.example"})
    check("pages of other origins may read", answer.headers.get("access-control-allow-origin") == "*", answer.headers)
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    answer = registry.ask("OPTIONS", "/v0.1/servers", headers=asked, token=False)
    allowed = answer.headers.get("access-control-allow-headers", "").lower()
    check("a preflight is answered", answer.status in (200, 204) and "get" in answer.headers.get("access-control-allow-methods", "").lower()
          and ("authorization" in allowed or allowed == "*"), answer.headers)
    if "etag" in page.headers:
        again = registry.get("/v0.1/servers?limit=100", headers={"If-None-Match": page.headers["etag"]})
        check("a tag that is known spares the answer", again.status == 304, again)
    else:
        skip("tags")
    everything = registry.walk(limit=7)
    if check("all pages can be walked", everything is not None):
        keys = [key(e) for e in everything]
        check("no version comes twice, and the order holds", len(keys) == len(set(keys)) and keys == sorted(keys), len(keys))
        for entry in everything[:10]:
            name, version = key(entry)
            for form in (quote(name, safe=""), name):
                one = registry.get(f"/v0.1/servers/{form}/versions/{quote(version, safe='')}")
                if form != name or one.status != 404:
                    check(f"{form} {version} is the same alone as in the list", one.status == 200 and one.body == entry, one)
    old = registry.get("/v0/servers?limit=1")
    check("/v0 answers, too, or says that it does not", old.status in (200, 404), old)
