//! Python to the small representation.

mod annotation;
mod class;
mod expr;
mod function;
mod import;
mod literal;
mod matching;
mod module;
mod pattern;
mod scope;
mod stmt;
#[cfg(test)]
mod tests;

pub(crate) use module::lower;
