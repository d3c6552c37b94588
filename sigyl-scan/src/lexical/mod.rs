//! What rules that read text share: Dockerfiles by instruction.

mod dockerfile;

pub(crate) use dockerfile::{instructions, stages};
