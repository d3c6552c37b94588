//! The master key: where it comes from, and whether it is the one that the database was made with.

mod check;
mod source;

pub(crate) use check::{KeyError, init, load};
pub(crate) use source::KEY_FILE;
