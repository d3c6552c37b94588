//! Offline, deterministic security scanner for MCP servers.

pub mod ir;
mod lower;

pub use lower::LowerError;
