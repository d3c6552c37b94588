//! Sources: a server's files, read within limits and never run.

#[cfg(feature = "archive")]
mod archive;
mod decode;
mod encoding;
mod error;
#[cfg(any(feature = "archive", feature = "git"))]
mod exact;
mod folder;
#[cfg(feature = "git")]
mod git;
mod git_url;
mod intake;
mod limits;
mod names;
mod open;
mod package_name;
mod repo_ref;
mod tree;

#[cfg(feature = "archive")]
pub use archive::{TopFolder, pack, read_archive, read_archive_bytes, read_archive_kept};
pub use error::SourceError;
pub use folder::{FolderReader, read_folder};
#[cfg(feature = "git")]
pub use git::{GitOptions, GitToken, read_git, read_git_kept};
pub use git_url::{GitRef, GitReference, GitUrl};
pub use limits::Limits;
pub use package_name::{NpmName, PackageVersion, PypiName};
pub use repo_ref::{RepoRef, RepoRefError};
pub use tree::{FileContent, LeftOut, LeftOutReason, Origin, SourceBytes, SourceFile, SourceTree};
