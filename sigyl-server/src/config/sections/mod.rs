//! Settings, by what they are about.

mod accounts;
mod deploy;
mod outbound;
mod registry;
mod server;
mod sign_on;
mod watching;

pub(super) use accounts::ACCOUNTS;
pub(super) use deploy::DEPLOY;
pub(super) use outbound::OUTBOUND;
pub(super) use registry::REGISTRY;
pub(super) use server::SERVER;
pub(super) use sign_on::SIGN_ON;
pub(super) use watching::WATCHING;
