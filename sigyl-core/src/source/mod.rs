//! Sources: a server's files, read within limits and never run.

mod tree;

pub use tree::{FileContent, LeftOut, LeftOutReason, Origin, SourceFile, SourceTree};
