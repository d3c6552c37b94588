//! Plans as text for engines.

mod dockerfile;
mod ignore;
mod write;

pub(crate) use dockerfile::last_stage_name;
pub(crate) use write::json;

pub use dockerfile::{DockerfileOptions, Stage};
