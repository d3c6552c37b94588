//! Why a source could not be read.

use std::io;

/// Why a source could not be read at all. What could be read only in part is a tree with
/// [`left_out`](crate::SourceTree::left_out).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Nothing is there; the caller named it wrongly.
    #[error("{path} does not exist")]
    NotFound {
        /// The path as given.
        path: String,
    },
    /// The path itself is a symbolic link; the caller must name what it points to.
    #[error(
        "{path} is a symbolic link, and links are not followed; name the folder or file that it points to"
    )]
    Link {
        /// The path as given.
        path: String,
    },
    /// A socket, device or pipe; the caller must name a folder or a file.
    #[error("{path} is neither a folder nor a file")]
    NotAFile {
        /// The path as given.
        path: String,
    },
    /// The operating system refused.
    #[error("cannot read {path}")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What it said.
        source: io::Error,
    },
    /// Neither tar, gzipped tar nor zip, whatever its name says.
    #[error("{path} is neither a tar nor a zip archive")]
    NotAnArchive {
        /// The archive as given.
        path: String,
    },
    /// More than is opened.
    #[error("{path} is larger than {limit_bytes} bytes; unpack it and name the folder")]
    ArchiveTooLarge {
        /// The archive as given.
        path: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// Cut short, contradicting itself, or made so that readers disagree; its author must make it anew.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The archive as given.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The git binary could not be started; whoever runs Sigyl must install it.
    #[error("cannot start git; install it and see that it is in PATH")]
    GitMissing {
        /// What the system said.
        source: io::Error,
    },
    /// Git refused or the other side did; the user must check the address, the reference and the network.
    #[error("cannot clone {url}: {why}")]
    Git {
        /// The repository.
        url: String,
        /// What Git said, one line.
        why: String,
    },
    /// The clone took too long.
    #[error("cloning {url} took longer than {limit_seconds} seconds and was stopped")]
    GitTime {
        /// The repository.
        url: String,
        /// The limit.
        limit_seconds: u64,
    },
    /// The clone grew too large.
    #[error("cloning {url} took more than {limit_bytes} bytes of disk and was stopped")]
    GitTooLarge {
        /// The repository.
        url: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// The subfolder asked for is not in the commit, or is no folder.
    #[error("{url} has no folder {folder} at this commit")]
    NoSubfolder {
        /// The repository.
        url: String,
        /// The folder.
        folder: String,
    },
}
