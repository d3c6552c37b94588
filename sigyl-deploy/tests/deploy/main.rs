//! The deployer from outside: real sockets, real processes, hostile peers.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod egress;
mod front;
mod servers;
