import os

from mcp.server.fastmcp import FastMCP
from mcp.server.transport_security import TransportSecuritySettings

strict = os.environ.get("STRICT_HOSTS", "0") == "1"
mcp = FastMCP("files", transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=strict))

if __name__ == "__main__":
    mcp.run(transport="streamable-http")
