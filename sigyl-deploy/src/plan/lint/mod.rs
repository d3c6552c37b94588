//! Dockerfiles that authors bring: read, held against the policy, and taken apart far enough to be wrapped.

mod mount;
mod parse;
mod policy;

pub(crate) use parse::{Instruction, parse};
pub(crate) use policy::{Stages, check};
