import os

from mcp.server.fastmcp import FastMCP
from mcp.server.transport_security import TransportSecuritySettings

hosts = os.environ.get("ALLOWED_HOSTS", "localhost:*").split(",")
mcp = FastMCP(
    "files",
    transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=True, allowed_hosts=hosts),
)

if __name__ == "__main__":
    mcp.run(transport="streamable-http")
