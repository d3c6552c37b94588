//! What rules that read text share: patterns compiled on first use, Dockerfiles by instruction, random text, texts as a
//! model reads them.

mod dockerfile;
mod line;
mod pattern;
mod readable;
mod secret;
mod signs;

pub(crate) use dockerfile::{instructions, stages};
pub(crate) use line::{around, is_comment, is_generated, line_before};
pub(crate) use pattern::Pattern;
pub(crate) use readable::{Invisible, decode_tags, invisible, readable};
pub(crate) use secret::{entropy, is_placeholder};
pub(crate) use signs::{Sign, SignKind, signs};
