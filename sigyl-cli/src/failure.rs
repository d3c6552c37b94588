//! Why a verb could not do its work: the reasons behind exit code 2.

use std::{io, path::PathBuf};

use sigyl_core::source::RepoRefError;

use crate::fetch::FetchError;

/// Each message names the place and, where one is known, the mend.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// What to scan was named wrongly; the caller must name it otherwise.
    #[error(transparent)]
    Reference(#[from] RepoRefError),
    /// The source could not be fetched or read; the caller must name another, or mend its permissions or the network.
    #[error("the source could not be read")]
    Fetch(#[from] FetchError),
    /// The current folder is gone or closed to the caller.
    #[error("the current folder cannot be told")]
    CurrentFolder(#[source] io::Error),
    /// The output could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Stdout(#[source] io::Error),
    /// A report could not be turned into text.
    #[error("the report could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Anything with a sentence of its own.
    #[error("{0}")]
    Said(String),
}
