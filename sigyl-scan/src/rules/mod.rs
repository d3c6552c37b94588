//! The rules, one file each with its page beside it.

use crate::rule::Rule;

/// Every rule of Sigyl, by id.
pub static RULES: &[&dyn Rule] = &[];
