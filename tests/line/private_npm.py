"""A registry of npm with one private package, which only who has the token gets."""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME, VERSION = "@acme/private", "1.0.0"
# Stands in the package, so that what is searched for a secret is known to be searched.
MARK = "mark-of-the-private-package"


def archive() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        manifest = {"name": NAME, "version": VERSION, "type": "module", "main": "index.js"}
        for path, text in (("package.json", json.dumps(manifest)), ("index.js", f"export const mark = '{MARK}';\n")):
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)


PACKAGE = archive()
INTEGRITY = "sha512-" + base64.b64encode(hashlib.sha512(PACKAGE).digest()).decode()


class Registry:
    def __init__(self, token: str) -> None:
        registry = self
        self.given = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers["authorization"] != f"Bearer {token}":
                    return self.say(401, b"{}")
                if self.path.endswith(".tgz"):
                    registry.given += 1
                    return self.say(200, PACKAGE)
                dist = {"tarball": f"http://{self.headers['host']}/private-{VERSION}.tgz", "integrity": INTEGRITY}
                versions = {VERSION: {"name": NAME, "version": VERSION, "dist": dist}}
                body = {"name": NAME, "dist-tags": {"latest": VERSION}, "versions": versions}
                return self.say(200, json.dumps(body).encode())

            def say(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self.port = self.server.server_address[1]


@contextmanager
def registry(token: str) -> Iterator[Registry]:
    one = Registry(token)
    thread = threading.Thread(target=one.server.serve_forever)
    thread.start()
    try:
        yield one
    finally:
        one.server.shutdown()
        thread.join()
        one.server.server_close()


def write_guarded(folder: Path, host: str) -> Path:
    """A server of stdio that does not start without the private package."""
    folder.mkdir(exist_ok=True)
    dependencies = {NAME: VERSION}
    package = {"name": "guarded", "version": "1.0.0", "type": "module", "main": "index.js", "dependencies": dependencies}
    packages = {
        "": {"name": "guarded", "version": "1.0.0", "dependencies": dependencies},
        f"node_modules/{NAME}": {"version": VERSION, "integrity": INTEGRITY},
    }
    lock = {"name": "guarded", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / ".npmrc").write_text(f"@acme:registry=http://{host}/\n//{host}/:_authToken=${{NPM_TOKEN}}\n")
    (folder / "index.js").write_text(SERVER)
    (folder / "mcp.yaml").write_text(
        "name: guarded\ndescription: Tells what its private package says\nversion: 1.0.0\nruntime: node\ntransport: http\n"
        "build: { start: [node, index.js], secrets: [NPM_TOKEN] }\n"
    )
    return folder


SERVER = """import { createServer } from "node:http";
import { mark } from "@acme/private";

const tools = [{ name: "who", description: "Says who it is", inputSchema: { type: "object", properties: {} } }];
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "guarded", version: "1.0.0" } }),
  "tools/list": () => ({ tools }),
  "tools/call": () => ({ content: [{ type: "text", text: JSON.stringify({ mark, token: process.env.NPM_TOKEN ?? null }) }] }),
};

createServer(async (request, response) => {
  let text = "";
  for await (const piece of request) text += piece;
  const { id, method, params } = text ? JSON.parse(text) : {};
  const answer = answers[method];
  if (id === undefined || !answer) {
    response.writeHead(id === undefined ? 202 : 404).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answer(params ?? {}) }));
}).listen(Number(process.env.PORT), process.env.HOST);
"""
