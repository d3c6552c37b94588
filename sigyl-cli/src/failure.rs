//! Why a verb could not do its work: the reasons behind exit code 2.

use std::{io, path::PathBuf};

use sigyl_core::source::{RepoRefError, SourceError};
use sigyl_scan::{AdvisoriesError, BaselineError, LockError};

use crate::{
    beyond::{live::LiveError, stdio::StdioError},
    fetch::FetchError,
    remote::RemoteError,
};

impl Failure {
    /// The whole of it on one line, causes included.
    pub(crate) fn told(&self) -> String {
        let error: &dyn std::error::Error = self;
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            // Errors of libraries often say their cause themselves.
            let said = error.to_string();
            if !text.ends_with(&said) {
                text = format!("{text}: {said}");
            }
            cause = error.source();
        }
        text
    }
}

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
    /// A running server could not be asked.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A server could not be started or asked.
    #[error(transparent)]
    Stdio(#[from] StdioError),
    /// A folder could not be read; the caller must name another or mend its permissions.
    #[error(transparent)]
    Folder(#[from] SourceError),
    /// The current folder is gone or closed to the caller.
    #[error("the current folder cannot be told")]
    CurrentFolder(#[source] io::Error),
    /// A file that the caller named, or that was found, could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// `sigyl.toml` has mistakes; its author must mend them.
    #[error("{path} has {mistakes} mistake{}", if *mistakes == 1 { "" } else { "s" })]
    Configuration {
        /// The file.
        path: String,
        /// How many.
        mistakes: usize,
        /// Where and what, safe to print.
        frames: String,
    },
    /// A baseline cannot be used.
    #[error("{} is no baseline that can be used", path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: BaselineError,
    },
    /// A file of advisories cannot be used; the user must import them anew.
    #[error("{} cannot be used", path.display())]
    Advisories {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: AdvisoriesError,
    },
    /// A saved listing cannot be used; whoever saved it must give another.
    #[error("{} is no listing: {why}", path.display())]
    Listing {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A lock cannot be used; it must be mended or written anew.
    #[error("{} is no lock that can be used", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: LockError,
    },
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
    /// A server of Sigyl was asked in vain.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A verb of the server could not do its work.
    #[cfg(feature = "serve")]
    #[error(transparent)]
    Server(#[from] sigyl_server::command::CommandError),
    /// Anything with a sentence of its own.
    #[error("{0}")]
    Said(String),
}
