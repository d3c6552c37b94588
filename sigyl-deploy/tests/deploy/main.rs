//! The deployer from outside: real sockets, real processes, hostile peers. What needs an engine is ignored here, and run
//! with one by the project's test command.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[cfg(feature = "railway")]
#[expect(clippy::disallowed_methods, reason = "credentials of live tests come by the environment")]
mod clouds;
mod egress;
#[cfg(feature = "railway")]
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says where to record, and whether there is an engine"
)]
mod fakes;
mod front;
mod servers;
