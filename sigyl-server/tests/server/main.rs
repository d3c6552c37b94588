//! The server as its callers see it, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is what `SIGYL_TEST_POSTGRES` names; `./test` starts one, and `tests/postgres start FOLDER` does by hand.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "where the tests' PostgreSQL is, stands in the environment")]

mod accounts;
mod audit;
mod clients;
mod commands;
mod database;
mod dependencies;
mod deployment_life;
mod deployments;
mod endpoints;
mod engines;
mod git_secrets;
mod imports;
mod keys;
mod killed;
mod limits;
mod mirrors;
mod outer;
mod packages;
mod pages;
mod publishers;
mod read_links;
mod registry;
mod requirements;
mod scan_jobs;
mod scans;
mod secrets;
mod seed;
mod sign_on;
mod support;
mod visibility;
mod workspaces;
