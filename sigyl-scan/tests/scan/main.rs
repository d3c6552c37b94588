//! The scanner through its public interface.

mod causes;
mod corpus;
mod examples;
mod flow;
mod idioms;
mod laws;
mod libraries;
mod mapping;
mod mends;
mod severity;
mod slow;
mod tools;
mod ways;
