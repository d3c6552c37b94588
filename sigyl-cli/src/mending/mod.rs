//! `sigyl scan --fix`: shows or writes the mends that are certain.

mod git;
mod write;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sigyl_core::{Location, source::RepoRef};
use sigyl_scan::Mended;

use crate::{
    failure::Failure,
    format::text::{counted, place},
    output::{self, note},
    visible::visible,
};

/// What is done with mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fixing {
    /// Write them.
    Apply,
    /// Print them as a unified diff, and change nothing.
    Preview,
}

/// Where the tree of a source lies, for writing.
///
/// # Errors
/// When it does not lie on this computer as files.
pub(crate) fn root(reference: &RepoRef) -> Result<PathBuf, Failure> {
    let path = match reference {
        RepoRef::Path(path) => path,
        RepoRef::Archive(path) if path.is_dir() => path,
        _ => {
            let why = "--fix mends a folder or a file of this computer; name one as SOURCE";
            return Err(Failure::Said(why.to_owned()));
        }
    };
    let path = path.canonicalize().map_err(|source| Failure::Read { path: path.clone(), source })?;
    match path.parent() {
        Some(parent) if path.is_file() => Ok(parent.to_owned()),
        _ => Ok(path),
    }
}

/// Prints the change of every file.
pub(crate) fn preview(mended: &Mended, to: Option<&Path>) -> Result<(), Failure> {
    let diff: String = mended.files.iter().map(|file| file.diff()).collect();
    // A patch is kept as it is; a terminal must not be given what a stranger wrote.
    let shown = if to.is_none() && output::stdout_is_terminal() { visible(&diff) } else { diff };
    output::write(to, &shown)?;
    tell(mended, "would be mended");
    Ok(())
}

/// Writes every file, or none where one of them is not as it was scanned.
pub(crate) fn apply(mended: &Mended, root: &Path) -> Result<(), Failure> {
    for file in &mended.files {
        if git::has_changes(root, &file.path) {
            note(&format!("{} had changes that Git does not have", file.path));
        }
    }
    let files: Vec<_> = mended
        .files
        .iter()
        .map(|file| write::Change { path: &file.path, digest: &file.digest, text: &file.after })
        .collect();
    write::all(root, &files)?;
    tell(mended, "mended");
    Ok(())
}

fn tell(mended: &Mended, done: &str) {
    let mut count = 0;
    for (at, rule, sentence) in mended.files.iter().flat_map(|file| &file.mends) {
        line(at, rule, sentence);
        count += 1;
    }
    for (at, rule, why) in &mended.left_out {
        line(at, rule, &format!("not mended: {why}"));
    }
    let files = counted(mended.files.len() as u32, "file");
    note(&format!("{} {done} in {files}", counted(count, "finding")));
}

fn line(at: &Location, rule: &str, text: &str) {
    note(&format!("{} {rule}: {text}", place(at)));
}
