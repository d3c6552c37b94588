"""A registry that is asked, and what its answers are held against."""

import http.client, json, time
from urllib.parse import quote, urlencode, urlsplit

OFFICIAL = "io.modelcontextprotocol.registry/official"
SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
COUNTS = {"passed": 0, "failed": 0, "skipped": 0}


def check(what, fine, told=""):
    COUNTS["passed" if fine else "failed"] += 1
    if fine:
        print(f"ok      {what}")
    else:
        print(f"FAILED  {what}: {str(told)[:300]}")
    return fine


def skip(what):
    COUNTS["skipped"] += 1
    print(f"skipped {what}")


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, {k.lower(): v for k, v in headers}, text
        try:
            self.body = json.loads(text) if text else None
        except ValueError:
            self.body = None

    def __repr__(self):
        return f"{self.status} {self.text[:200]}"


class Registry:
    def __init__(self, base, token, login=None):
        """`login` gives a token that lasts some minutes, and is asked again before that is over."""
        self.base, self.login, self.since = urlsplit(base.rstrip("/")), login, time.monotonic()
        self.token = login(self) if login else token

    def ask(self, method, path, body=None, headers=None, token=True):
        kind = http.client.HTTPSConnection if self.base.scheme == "https" else http.client.HTTPConnection
        link = kind(self.base.netloc, timeout=30)
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token and self.login and time.monotonic() - self.since > 120:
            self.since = time.monotonic()
            self.token = self.login(self)
        if token and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        link.request(method, self.base.path + path, json.dumps(body) if body is not None else None, headers)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        link.close()
        return Answer(answer.status, answer.getheaders(), text)

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def list(self, **query):
        return self.get("/v0.1/servers" + ("?" + urlencode(query) if query else ""))

    def walk(self, most=50, raw=True, **query):
        """All pages, as VS Code goes through them: the cursor as it is."""
        found, cursor = [], None
        for _ in range(most):
            path = "/v0.1/servers?" + urlencode(query) + (f"&cursor={cursor if raw else quote(cursor, safe='')}" if cursor else "")
            page = self.get(path)
            if page.status != 200:
                return None
            found += page.body["servers"]
            cursor = page.body["metadata"].get("nextCursor")
            if not cursor:
                return found
        return found


def key(entry):
    return entry["server"]["name"], entry["server"]["version"]


def is_entry(entry):
    server, meta = entry.get("server"), entry.get("_meta")
    fine = isinstance(server, dict) and isinstance(meta, dict)
    fine = fine and all(isinstance(server.get(part), str) and server[part] for part in ("name", "description", "version"))
    official = meta.get(OFFICIAL) if fine else None
    return bool(fine and isinstance(official, dict) and official.get("status") in ("active", "deprecated", "deleted")
                and isinstance(official.get("isLatest"), bool)
                and all(isinstance(official.get(part), str) for part in ("publishedAt", "updatedAt")))


def is_error(answer, *statuses):
    return answer.status in statuses and isinstance(answer.body, dict) and isinstance(answer.body.get("error"), str)


def document(name, version, **more):
    return {"$schema": SCHEMA, "name": name, "description": "Checks a registry", "version": version,
            "packages": [{"registryType": "npm", "identifier": "conformance-of-registries", "version": "1.0.0",
                          "transport": {"type": "stdio"}}], **more}
