//! Deployments: what is to run is a row, what is to be done with it are jobs that workers claim, what runs is watched.

mod address;
mod backends;
mod clouds;
mod collect;
pub(crate) mod domains;
mod events;
mod holds;
mod idle;
mod jobs;
mod look;
mod of_package;
mod opening;
mod pipeline;
mod registry_login;
mod release;
mod releases;
mod secret_source;
mod store;
mod sweeps;
mod watch;
pub(crate) mod webhooks;
mod work;

pub(crate) use address::template;
pub(crate) use backends::{BackendLine, logs, stats};
pub(crate) use backends::{Backends, engine_id};
pub(crate) use collect::{COLLECT_EVERY, Nobodys, collect};
pub(crate) use events::{DeployEvent, after as events_after};
pub(crate) use holds::Holds;
pub(crate) use idle::LastUse;
pub(crate) use jobs::{DeployJob, JobKind, Takes, enqueue, job, refuse_beyond_quota};
pub(crate) use of_package::{Running, names_of, of_package};
pub(crate) use opening::{check, open};
pub(crate) use releases::{
    Allowed, NewRelease, Part, ReleaseLine, Source, before, insert as insert_release, lines, part,
};
pub(crate) use store::{
    Change, Deployment, Health, NewDeployment, Row, any, change, get, insert, list, of_workspace,
};
pub(crate) use sweeps::mark;
pub(crate) use watch::{watch, watch_on};
pub(crate) use work::{resume, sweep, work};
