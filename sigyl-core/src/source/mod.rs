//! Sources: a server's files, read within limits and never run.

mod decode;
mod encoding;
mod error;
mod folder;
mod intake;
mod limits;
mod names;
mod open;
mod tree;

pub use error::SourceError;
pub use folder::read_folder;
pub use limits::Limits;
pub use tree::{FileContent, LeftOut, LeftOutReason, Origin, SourceFile, SourceTree};
