//! A session of the older era: its streams, and which answer belongs on which.

mod from_client;
mod from_server;
mod state;

pub(crate) use from_client::NotTaken;
pub(crate) use state::{Held, Link, Session};
