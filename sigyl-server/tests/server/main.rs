//! The server as its callers see it, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is what `SIGYL_TEST_POSTGRES` names; `./test` starts one, and `tests/postgres start FOLDER` does by hand.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "where the tests' PostgreSQL is, stands in the environment")]

mod accounts;
mod audit;
mod clients;
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
mod clouds;
mod commands;
mod database;
mod dependencies;
mod deployment_life;
mod deployments;
mod endpoints;
mod engines;
// What plays hosting services for the deployer's tests plays them here.
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
#[allow(dead_code, reason = "the deployer's own tests use all of it")]
#[path = "../../../sigyl-deploy/tests/deploy/fakes/mod.rs"]
mod fakes;
mod git_secrets;
mod imports;
mod keys;
mod killed;
mod limits;
mod mirrors;
mod outer;
mod packages;
mod pages;
mod publisher_tokens;
mod publishers;
mod read_links;
mod registry;
mod replicas;
mod requirements;
mod scan_jobs;
mod scans;
mod secrets;
mod seed;
mod sign_on;
mod support;
mod telemetry;
mod visibility;
mod workspaces;
