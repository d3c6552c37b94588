//! Plans as text for engines.

mod dockerfile;
mod ignore;
mod write;

pub use dockerfile::{BuildSecret, DockerfileOptions, Stage};
