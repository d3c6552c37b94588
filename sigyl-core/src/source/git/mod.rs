//! Git repositories, fetched shallow by the git binary and read out of its object store.
//!
//! Nothing is ever checked out: blobs come from `git cat-file`. So no hook, filter, smudge command, link, submodule or
//! colliding name of the repository gets a chance to act, and the bytes are exactly those of the commit.

mod blobs;
mod command;
mod listing;

use std::{ffi::OsString, fmt, io, time::Duration};

use zeroize::Zeroizing;

use self::command::Git;
use super::{
    GitRef, GitReference, GitUrl, Limits, Origin, SourceBytes, SourceError, SourceTree, intake::Intake,
};

/// What a clone may use.
#[derive(Debug, Clone)]
pub struct GitOptions {
    /// The caller's environment. Only `PATH`, proxies and certificate stores are taken from it.
    pub environment: Vec<(OsString, OsString)>,
    /// How long all git commands together may run. Counted in naps, so a loaded machine may take a little longer.
    pub time_limit: Duration,
    /// Most bytes on disk while cloning.
    pub disk_bytes: u64,
    /// What a private repository asks for; told to git by a helper, so that no list of processes has it.
    pub token: Option<GitToken>,
    /// The address that a name has, as `HOST:PORT:ADDRESS`, so that nobody is asked again. Git takes it from 2.37 on.
    pub resolve: Option<String>,
}

impl Default for GitOptions {
    /// Two minutes and a gibibyte; both chosen.
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            time_limit: Duration::from_secs(120),
            disk_bytes: 1 << 30,
            token: None,
            resolve: None,
        }
    }
}

/// A token that lets somebody read a private repository. Never shown; its memory is cleared.
#[derive(Clone)]
pub struct GitToken(Zeroizing<String>);

impl GitToken {
    /// Takes a token of printable characters without spaces.
    pub fn new(text: String) -> Option<Self> {
        let is_plain = (1..=4_096).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        let text = Zeroizing::new(text);
        is_plain.then_some(Self(text))
    }

    fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for GitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Fetches one commit of a repository and reads it into memory. The files that Git needs for it lie in a temporary
/// folder, which is removed.
///
/// # Errors
/// When git is missing, the repository or the reference cannot be fetched, or a limit of `options` is passed. What lies
/// past `limits`, and links and submodules, are reported in [`SourceTree::left_out`].
pub fn read_git(
    reference: &GitRef,
    limits: &Limits,
    options: &GitOptions,
) -> Result<SourceTree, SourceError> {
    read(reference, Intake::new(limits), options).map(|(tree, _)| tree)
}

/// Fetches one commit, and keeps the bytes of its files beside the tree.
///
/// # Errors
/// As [`read_git`].
pub fn read_git_kept(
    reference: &GitRef,
    limits: &Limits,
    options: &GitOptions,
) -> Result<(SourceTree, SourceBytes), SourceError> {
    read(reference, Intake::keeping(limits), options)
}

fn read(
    reference: &GitRef,
    mut intake: Intake,
    options: &GitOptions,
) -> Result<(SourceTree, SourceBytes), SourceError> {
    let mut git = Git::new(&reference.url, options)?;
    git.text(&["init", "--quiet", "--bare", "--template=", "."])?;
    fetch(&mut git, &reference.url, reference.reference.as_ref())?;
    let commit = git.text(&["rev-parse", "--verify", "--end-of-options", "FETCH_HEAD^{commit}"])?;
    let root = match &reference.subfolder {
        None => commit.clone(),
        Some(folder) => subfolder(&mut git, &commit, folder)?,
    };

    let listing = git.file(&["ls-tree", "-r", "-z", "-l", "--end-of-options", &root], None)?;
    let blobs = listing::read(io::BufReader::new(listing), &mut intake).map_err(|error| git.failed(error))?;
    blobs::read(&mut git, blobs, &mut intake)?;

    let (mut tree, kept) = intake.finish_kept(Origin::Git {
        url: reference.url.to_string(),
        reference: reference.reference.as_ref().map(|it| it.as_str().to_owned()),
        subfolder: reference.subfolder.clone(),
    });
    tree.commit = Some(commit);
    Ok((tree, kept))
}

fn fetch(git: &mut Git<'_>, url: &GitUrl, reference: Option<&GitReference>) -> Result<(), SourceError> {
    let reference = reference.map_or("HEAD", GitReference::as_str);
    git.text(&[
        "fetch",
        "--quiet",
        "--depth=1",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-write-commit-graph",
        "--",
        url.as_str(),
        reference,
    ])
    .map(drop)
}

/// The name of the tree at `folder`, of which each part must be a real folder.
fn subfolder(git: &mut Git<'_>, commit: &str, folder: &str) -> Result<String, SourceError> {
    let name = format!("{commit}:{folder}");
    match git.text(&["cat-file", "-t", &name]) {
        Ok(kind) if kind == "tree" => Ok(name),
        Ok(_) | Err(SourceError::Git { .. }) => Err(git.no_subfolder(folder)),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
