//! The one client for everything that leaves the server.
//!
//! What it asks is often named by strangers, so it goes only where the operator lets it: by http and https, to addresses
//! that anyone on the internet could reach, or that the configuration names. Names are looked up here, and the connection
//! goes to the address that was looked at, so that a name cannot lead elsewhere a moment later.

mod addresses;
mod client;
mod lookup;

pub(crate) use client::{Asked, Outbound, OutboundError};
