//! What rules that read text share: patterns compiled on first use, Dockerfiles by instruction, random text.

mod dockerfile;
mod line;
mod pattern;
mod secret;

pub(crate) use dockerfile::{Instruction, instructions, stages};
pub(crate) use line::{around, is_comment, is_generated, line_before};
pub(crate) use pattern::Pattern;
pub(crate) use secret::{entropy, is_placeholder};
