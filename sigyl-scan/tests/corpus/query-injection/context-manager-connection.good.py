from contextlib import contextmanager
from ldap3 import SUBTREE, Connection, Server
from ldap3.utils.conv import escape_filter_chars
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("x")
def term(a, value, *, contains=False):
    value = escape_filter_chars(value.strip())
    return f"({a}=*{value}*)" if contains else f"({a}={value})"
def any_of(parts): return f"(|{''.join(parts)})"
def all_of(parts): return f"(&{''.join(parts)})"
def people(text):
    parts = ["(objectClass=inetOrgPerson)", any_of(term(a, text, contains=True) for a in ("cn", "mail"))]
    return all_of(parts)
class Directory:
    def __init__(self, s): self._server = Server("h")
    @contextmanager
    def _connect(self):
        conn = Connection(self._server, "a", "b")
        try:
            yield conn
        finally:
            conn.unbind()
    def _search(self, query, limit):
        with self._connect() as conn:
            conn.search("dc=x", query, SUBTREE, size_limit=limit)
            return conn.entries
    def find(self, text, limit): return self._search(people(text), limit)
directory = Directory(1)
def _guard(fn, *args):
    try:
        return fn(*args)
    except ValueError:
        raise RuntimeError("x") from None
@mcp.tool()
def find_people(text: str, limit: int = 20):
    return _guard(directory.find, text, limit)
