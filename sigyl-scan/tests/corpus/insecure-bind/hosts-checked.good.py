import os

from mcp.server.fastmcp import FastMCP
from mcp.server.transport_security import TransportSecuritySettings

host = os.getenv("MCP_HOST", "0.0.0.0")
mcp = FastMCP(
    "notes",
    host=host,
    transport_security=TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=["localhost:*"]
    ),
)
mcp.run(transport="streamable-http")
