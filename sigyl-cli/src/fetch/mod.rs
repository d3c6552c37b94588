//! From what a user names to a tree: folders, archives, Git, npm and Python indexes. Nothing that is fetched is run.

#[cfg(test)]
mod fake;
mod http;
mod integrity;
mod npm;
mod options;
mod pypi;
mod python_version;
mod simple_index;

use sigyl_core::{
    SourceTree,
    source::{GitOptions, RepoRef, SourceError, read_archive, read_folder, read_git},
};

pub(crate) use options::FetchOptions;

use http::Https;

/// Why a source could not be brought here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FetchError {
    /// The source is there and cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A registry or index is named wrongly; whoever configured it must mend it.
    #[error("{text:?} is no address of a registry: {why}")]
    Registry {
        /// The address, without credentials.
        text: String,
        /// What is wrong, and what to write instead.
        why: &'static str,
    },
    /// The network or the other side failed; trying again may help.
    #[error("cannot fetch {url}")]
    Request {
        /// What was asked for.
        url: String,
        /// What went wrong, without the address.
        source: reqwest::Error,
    },
    /// The other side answered with an error.
    #[error("cannot fetch {url}: the answer was {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The other side wanted the request to go elsewhere.
    #[error("cannot fetch {url}: it redirects to {to}, which is not followed")]
    Redirect {
        /// What was asked for.
        url: String,
        /// Where it pointed.
        to: String,
    },
    /// An answer past the limit on its size.
    #[error("{url} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// An answer past the limit on its time.
    #[error("fetching {url} took longer than {limit_seconds} seconds")]
    TooSlow {
        /// What was asked for.
        url: String,
        /// The limit.
        limit_seconds: u64,
    },
    /// An answer that is not what a registry sends.
    #[error("{url} is not what a registry answers: {why}")]
    Malformed {
        /// What was asked for.
        url: String,
        /// What is missing or wrong.
        why: String,
    },
    /// The registry does not know the package; the user must check its name.
    #[error("there is no package {package} at {registry}")]
    NoPackage {
        /// The package as given.
        package: String,
        /// The registry's host.
        registry: String,
    },
    /// The registry knows the package and not the version.
    #[error("{package} has no version {version} with a file to scan; the newest is {newest}")]
    NoVersion {
        /// The package as given.
        package: String,
        /// The version as given.
        version: String,
        /// The newest one.
        newest: String,
    },
    /// The registry published no hash to check a file by.
    #[error("the registry has no {kind} hash of {file}, so nothing proves that it is the published one")]
    NoHash {
        /// The file.
        file: String,
        /// The kind of hash.
        kind: &'static str,
    },
    /// The bytes are not those that were published: a broken download, or somebody in between.
    #[error("{file} is not the published file: its {kind} hash differs")]
    WrongHash {
        /// The file.
        file: String,
        /// The kind of hash.
        kind: &'static str,
    },
}

/// Brings the source of a server into memory.
///
/// # Errors
/// When it cannot be found, fetched, checked against its published hash, or read.
pub(crate) fn resolve(reference: &RepoRef, options: &FetchOptions) -> Result<SourceTree, FetchError> {
    match reference {
        RepoRef::Path(path) => Ok(read_folder(path, &options.limits)?),
        // A folder may be called like an archive.
        RepoRef::Archive(path) if path.is_dir() => Ok(read_folder(path, &options.limits)?),
        RepoRef::Archive(path) => Ok(read_archive(path, &options.limits)?),
        RepoRef::Git(git) => {
            let git_options =
                GitOptions { environment: options.environment.clone(), ..GitOptions::default() };
            Ok(read_git(git, &options.limits, &git_options)?)
        }
        RepoRef::Npm { name, version } => npm::fetch(name, version.as_ref(), options, &Https::new()?),
        RepoRef::Pypi { name, version } => pypi::fetch(name, version.as_ref(), options, &Https::new()?),
    }
}
