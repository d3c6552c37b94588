//! The scanner through its public interface.

mod examples;
mod flow;
mod laws;
mod tools;
