//! JavaScript and TypeScript, with and without JSX, parsed by oxc and lowered with scopes resolved on the way.

mod binary;
mod branch;
mod chain;
mod class;
mod enums;
mod expr;
mod function;
mod hoist;
mod jsx;
mod lowerer;
mod module;
mod object;
mod parse;
mod pattern;
mod scope;
mod stmt;
mod types;

#[cfg(test)]
mod tests;

pub(crate) use parse::lower;
