//! Offline, deterministic security scanner for MCP servers.
