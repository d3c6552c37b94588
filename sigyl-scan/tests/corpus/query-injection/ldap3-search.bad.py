from ldap3 import Connection, Server as LdapServer, ALL
from ldap3.utils.conv import escape_filter_chars
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("directory")
directory = LdapServer("ldaps://directory.example.com", get_info=ALL)


def search(filter_text: str) -> list:
    with Connection(directory, auto_bind=True) as connection:
        connection.search("dc=example,dc=com", filter_text, attributes=["cn", "mail"])
        return [entry.entry_to_json() for entry in connection.entries]


@mcp.tool()
def find_user(login: str) -> list:
    """A user of the directory."""
    return search("(&(objectClass=user)(sAMAccountName=%s))" % login)


@mcp.tool()
def members(group: str) -> list:
    """Members of a group."""
    return search(f"(memberOf=cn={group},ou=groups,dc=example,dc=com)")
