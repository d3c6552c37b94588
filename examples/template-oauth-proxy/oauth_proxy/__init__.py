"""An MCP server in front of an OAuth service that takes one fixed client."""
