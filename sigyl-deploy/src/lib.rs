//! From a cleared scan to an MCP server that runs and is healthy.
//!
//! The line: a [`ClearedScan`](sigyl_core::ClearedScan), which only a policy can make, becomes a [`BuildPlan`], the plan a
//! Dockerfile as a pure function, the build context is compared byte by byte with the tree that was scanned, a
//! [`Backend`](backend::Backend) builds and runs it, and only a real exchange of MCP makes it `running`.
//!
//! With the feature `plan` alone nothing here does I/O, waits, or needs a runtime. The feature `run` adds the backends'
//! trait and what they share; each backend is a feature of its own.

#[cfg(feature = "run")]
pub mod backend;
#[cfg(feature = "run")]
pub mod egress;
#[cfg(feature = "run")]
pub mod front;
#[cfg(feature = "run")]
pub mod health;
#[cfg(feature = "run")]
pub mod line;
#[cfg(feature = "run")]
mod listen;
pub mod plan;
#[cfg(feature = "provenance")]
pub mod provenance;
pub mod sbom;

pub use plan::BuildPlan;
