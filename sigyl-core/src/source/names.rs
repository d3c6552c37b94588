//! Names that decide what is read.

/// Folders that hold copies of dependencies, history or caches, which no plan copies.
const DEPENDENCY_FOLDERS: &[&str] = &[
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    "__pycache__",
    "bower_components",
    "node_modules",
];

/// Folders that are copies only when a file in them says so; their names alone may be anybody's.
const MARKED_FOLDERS: &[(&str, &str)] = &[
    (".venv", "pyvenv.cfg"),
    ("env", "pyvenv.cfg"),
    ("target", "CACHEDIR.TAG"),
    ("venv", "pyvenv.cfg"),
    ("virtualenv", "pyvenv.cfg"),
];

/// Whether a folder of this name is left out whatever is in it.
pub(super) fn is_dependency_folder(name: &str) -> bool {
    DEPENDENCY_FOLDERS.contains(&name)
}

/// The file whose presence makes a folder of this name one to leave out.
pub(super) fn marker(name: &str) -> Option<&'static str> {
    MARKED_FOLDERS.iter().find(|(folder, _)| *folder == name).map(|(_, marker)| *marker)
}

/// The last part of a relative path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `name` below `folder`; the root is empty.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// How a folder is named in reports: the root is `.`.
pub(super) fn shown(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
