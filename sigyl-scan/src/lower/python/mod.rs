//! Python to the small representation.

mod annotation;
mod class;
mod expr;
mod function;
#[cfg(test)]
mod hostile_tests;
mod import;
mod literal;
mod matching;
mod module;
mod pattern;
mod scope;
#[cfg(test)]
mod snapshots;
mod stmt;
mod teardown;
#[cfg(test)]
mod tests;

pub(crate) use module::lower;
