//! The server of Sigyl: a registry, accounts, API keys, workspaces, secrets, an audit log, on SQLite or PostgreSQL.
//!
//! `sigyl serve` on an empty machine needs no configuration: it makes a data folder, a master key, a database, and a
//! token with which the first administrator claims the server. The same binary on PostgreSQL runs as any number of
//! replicas, which hold no state of their own.
//!
//! Everything that it answers is in one list of endpoints, each of which declares who may use it; the router, the access
//! check and `/openapi.json` are made from that list.

mod accounts;
mod api;
mod app;
mod audit;
mod clock;
pub mod command;
pub mod config;
mod data_folder;
mod db;
mod deployments;
mod http;
mod id;
mod keys;
mod mirrors;
mod outbound;
mod publishers;
mod registry;
mod scans;
mod secrets;
mod seed;
mod sign_on;
mod start;
mod telemetry;

pub use accounts::{Role, Scope};
pub use app::App;
pub use clock::{Clock, Timestamp};
pub use config::Config;
pub use db::{Db, DbError, Engine};
pub use http::router;
pub use start::{Server, StartError};

/// A password that nobody knows, for an account that is used by its key.
///
/// # Errors
/// When the operating system gives no random bytes.
pub fn random_password() -> Result<String, sigyl_core::secret::SecretError> {
    sigyl_core::secret::random_text(32)
}
