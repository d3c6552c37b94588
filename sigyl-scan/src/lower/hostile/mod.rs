//! Keeps the parsers alive: what must hold of a text before a parser, which recurses, may see it.

mod javascript;
mod stack;

pub(crate) use javascript::check_javascript;
pub(crate) use stack::stack_size;
