//! What the clients on a computer are configured to start: where their files lie, what stands in them, and what is wrong
//! with it.
//!
//! These files hold secrets. No text of theirs gets into a finding but names: of servers, variables, headers, options,
//! packages, hosts and paths.

mod check;
mod jsonc;
mod parse;
mod places;
mod target;

pub use parse::{ClientConfig, ClientConfigError, ClientServer};
pub use places::{ClientBase, ClientForm, ClientPlace, Platform, client_places};
pub use target::ClientTarget;
