//! The deployer from outside: plans, real sockets, real processes, hostile peers. What needs an engine is ignored here, and
//! run with one by the project's test command.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
#[expect(clippy::disallowed_methods, reason = "credentials of live tests come by the environment")]
mod clouds;
#[cfg(any(feature = "docker", feature = "process"))]
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says where the client is, and how long to go on"
)]
#[cfg_attr(not(feature = "docker"), allow(dead_code, unused_imports, reason = "parts are for engines alone"))]
mod contract;
#[cfg(feature = "docker")]
#[expect(clippy::disallowed_methods, reason = "the test command says where the engine is")]
mod docker;
#[cfg(feature = "run")]
mod egress;
mod examples;
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
#[expect(
    clippy::disallowed_methods,
    reason = "the test command says where to record, and whether there is an engine"
)]
mod fakes;
#[cfg(feature = "run")]
mod front;
#[cfg(feature = "run")]
mod health;
mod hostile;
#[cfg(feature = "run")]
mod line;
mod materials;
mod planning;
#[cfg(feature = "process")]
mod process;
#[cfg(feature = "provenance")]
mod provenance;
#[cfg(feature = "run")]
mod servers;
mod support;
#[cfg(feature = "swarm")]
#[expect(clippy::disallowed_methods, reason = "the test command says where the swarm is")]
mod swarm;
