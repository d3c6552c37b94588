//! The master key: where it comes from, and whether it is the one that the database was made with.

mod check;
mod source;

pub(crate) use check::KeyError;
pub(crate) use check::{CHECK_ROW, init, is_current, load, present};
pub(crate) use source::SourceError;
pub(crate) use source::{KEY_FILE, read_or_make};
