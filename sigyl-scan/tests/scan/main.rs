//! The scanner through its public interface.

mod flow;
mod tools;
