import ldap
from ldap.filter import escape_filter_chars
from mcp.server import Server
from mcp.types import TextContent

server = Server("staff")


def lookup(uid: str) -> list:
    connection = ldap.initialize("ldaps://directory.example.com")
    filterstr = "(uid={})".format(escape_filter_chars(uid))
    return connection.search_s("ou=people,dc=example,dc=com", ldap.SCOPE_SUBTREE, filterstr, ["cn"])


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    return [TextContent(type="text", text=str(lookup(arguments["uid"])))]
