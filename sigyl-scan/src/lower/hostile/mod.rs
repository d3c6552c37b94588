//! Keeps the parsers alive: what must hold of a text before a parser, which recurses, may see it.

mod javascript;
mod measure;
mod python;
mod scan;
#[cfg(test)]
mod shapes;
mod stack;

pub(crate) use javascript::check_javascript;
pub(crate) use python::check_python;
pub(crate) use stack::stack_size;
