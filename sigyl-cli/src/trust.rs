//! Whose tree it is: whether what lies in it may silence its own scan.

use std::path::{Path, PathBuf};

use sigyl_core::source::RepoRef;
use sigyl_scan::Trust;

/// A tree is the caller's own when it is the current folder or holds it, or when the caller says so. Everything else,
/// a folder below from elsewhere, a package, a clone, an archive, what a server lists, is a stranger's.
pub(crate) fn of(reference: Option<&RepoRef>, current: &Path, declared: Declared) -> Trust {
    let own = reference.and_then(folder).is_some_and(|folder| holds(&folder, current));
    if own || declared == Declared::Own { Trust::Trusted } else { Trust::Untrusted }
}

/// The real path of what is scanned where it lies, not unpacked or cloned first.
pub(crate) fn folder(reference: &RepoRef) -> Option<PathBuf> {
    match reference {
        RepoRef::Path(path) => path.canonicalize().ok(),
        // A folder may be called like an archive.
        RepoRef::Archive(path) if path.is_dir() => path.canonicalize().ok(),
        _ => None,
    }
}

/// What the caller said about a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declared {
    /// `--trust`.
    Own,
    /// Nothing.
    Nothing,
}

/// Whether the real path `folder` is the real path `current` or one of the folders above it.
pub(crate) fn holds(folder: &Path, current: &Path) -> bool {
    current.starts_with(folder)
}

/// The folder that the caller stands in, with links resolved.
#[expect(clippy::disallowed_methods, reason = "what is trusted hangs on where the caller stands")]
pub(crate) fn current_folder() -> std::io::Result<PathBuf> {
    std::env::current_dir()?.canonicalize()
}
