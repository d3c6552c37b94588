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

/// A relative path in its normal form, `.` and empty parts removed; `None` where it is absolute, leaves its root, or
/// has a backslash or NUL, which another system would read as something else.
pub(super) fn relative(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', '\0']) {
        return None;
    }
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    // A drive letter makes a path absolute on Windows.
    let drive = parts.first().is_some_and(|part| part.len() == 2 && part.ends_with(':'));
    if parts.is_empty() || drive || parts.contains(&"..") { None } else { Some(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths() {
        for (path, expected) in
            [("a/b", Some("a/b")), ("./a//b/", Some("a/b")), ("...", Some("...")), ("a..b", Some("a..b"))]
        {
            assert_eq!(relative(path).as_deref(), expected, "{path}");
        }
        for wrong in ["", ".", "/a", "..", "a/../b", "a/..", "a\\b", "a\0", "C:/a", "//a"] {
            assert_eq!(relative(wrong), None, "{wrong}");
        }
    }
}
