//! A folder or a single file, read into a tree.

use std::{
    collections::VecDeque,
    ffi::OsStr,
    fs,
    io::{self, Read},
    path::Path,
};

use super::{
    LeftOutReason, Limits, Origin, SourceError, SourceTree,
    intake::Intake,
    names::{is_dependency_folder, join, last, marker, relative, shown},
    open::{Folder, Kind, is_executable, open_file},
};

/// Reads a folder, or a single file, into memory.
///
/// Links are never followed and ignore files never honoured: either would let the author of a hostile tree choose what
/// is looked at. Shallow files count first against the limits, then by name, so that the same folder always gives the
/// same tree.
///
/// # Errors
/// When `path` is missing, is itself a link, or cannot be opened. Whatever below it cannot be read is reported in
/// [`SourceTree::left_out`].
pub fn read_folder(path: &Path, limits: &Limits) -> Result<SourceTree, SourceError> {
    let name = path.display().to_string();
    // A trailing `/` would make the system look through a link.
    let path = path.components().as_path();
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound { path: name.clone() },
        _ => SourceError::Unreadable { path: name.clone(), source },
    };
    let metadata = fs::symlink_metadata(path).map_err(unreadable)?;
    let mut intake = Intake::new(limits);
    if metadata.is_symlink() {
        return Err(SourceError::Link { path: name });
    } else if metadata.is_dir() {
        walk(&Folder::root(path).map_err(unreadable)?, &mut intake);
    } else if metadata.is_file() {
        let file = open_file(path).map_err(unreadable)?;
        let file_name = path.file_name().and_then(OsStr::to_str);
        match file_name {
            Some(file_name) => intake.file(file_name.to_owned(), is_executable(&metadata), 0, || Ok(file)),
            None => intake.leave_out(name.as_str(), LeftOutReason::BadName),
        }
    } else {
        return Err(SourceError::NotAFile { path: name });
    }
    Ok(intake.finish(Origin::Path { path: name }))
}

/// Most bytes of one file that [`FolderReader`] reads: more than a tree may have.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Reads files of a folder that is held open, without following a link on the way to them.
pub struct FolderReader(Folder);

impl FolderReader {
    /// Opens a folder; `path` itself may be no link.
    ///
    /// # Errors
    /// When it is no folder, or cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        // A trailing `/` would make the system look through a link.
        Folder::root(path.components().as_path()).map(Self)
    }

    /// All bytes of the file at a relative path, with `/`.
    ///
    /// # Errors
    /// When it is no plain file, lies elsewhere, cannot be read, or has more than a gibibyte.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let Some(path) = relative(path) else { return Err(io::ErrorKind::InvalidInput.into()) };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let file = self.0.below(folder)?.file(name.as_ref())?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }
}

/// Every folder below the root, nearest first; a queue instead of recursion, so that depth costs no stack.
fn walk(root: &Folder, intake: &mut Intake) {
    let mut pending = VecDeque::from([(String::new(), 0)]);
    while let Some((path, depth)) = pending.pop_front() {
        if intake.entries_left() == 0 {
            intake.leave_out(shown(&path), LeftOutReason::TooManyFiles);
            continue;
        }
        let listing = root.below(&path).and_then(|folder| Ok((folder.names(intake.entries_left())?, folder)));
        let (names, folder) = match listing {
            Ok((Some(names), folder)) => (names, folder),
            // Which of its names come first is the file system's accident, so none is taken.
            Ok((None, _)) => {
                intake.leave_out(shown(&path), LeftOutReason::TooManyFiles);
                continue;
            }
            Err(_) => {
                intake.leave_out(shown(&path), LeftOutReason::Unreadable);
                continue;
            }
        };
        let marker = marker(last(&path));
        if marker.is_some_and(|marker| names.iter().any(|name| name == marker)) {
            intake.leave_out(path, LeftOutReason::DependencyFolder);
            continue;
        }
        for name in names {
            take(&folder, &path, depth, &name, intake, &mut pending);
        }
    }
}

/// One name of the folder at `folder_path`: a file is read, a folder is put into the queue, the rest is reported.
fn take(
    folder: &Folder,
    folder_path: &str,
    depth: usize,
    name: &OsStr,
    intake: &mut Intake,
    pending: &mut VecDeque<(String, usize)>,
) {
    let path = join(folder_path, &name.to_string_lossy());
    if !intake.count_entry(path.len()) {
        return intake.leave_out(path, LeftOutReason::TooManyFiles);
    }
    if name.to_str().is_none() {
        return intake.leave_out(path, LeftOutReason::BadName);
    }
    match folder.kind(name) {
        Err(_) => intake.leave_out(path, LeftOutReason::Unreadable),
        Ok(Kind::Link) => intake.leave_out(path, LeftOutReason::Link),
        Ok(Kind::Special) => intake.leave_out(path, LeftOutReason::SpecialFile),
        Ok(Kind::Folder) if is_dependency_folder(last(&path)) => {
            intake.leave_out(path, LeftOutReason::DependencyFolder);
        }
        Ok(Kind::Folder) if depth >= intake.limits().depth => intake.leave_out(path, LeftOutReason::TooDeep),
        Ok(Kind::Folder) => pending.push_back((path, depth + 1)),
        Ok(Kind::File) => match folder.file(name).and_then(|file| Ok((file.metadata()?, file))) {
            Ok((metadata, file)) => intake.file(path, is_executable(&metadata), metadata.len(), || Ok(file)),
            Err(_) => intake.leave_out(path, LeftOutReason::Unreadable),
        },
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    struct Sandbox(tempfile::TempDir);

    impl Sandbox {
        fn new(files: &[(&str, &[u8])]) -> Self {
            let sandbox = Self(tempfile::tempdir().unwrap());
            for (path, bytes) in files {
                let path = sandbox.0.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            sandbox
        }

        fn read(&self, limits: Limits) -> SourceTree {
            read_folder(self.0.path(), &limits).unwrap()
        }
    }

    fn paths(tree: &SourceTree) -> Vec<&str> {
        tree.files().iter().map(|file| file.path.as_str()).collect()
    }

    fn left_out(tree: &SourceTree) -> Vec<(&str, LeftOutReason)> {
        tree.left_out.iter().map(|left| (left.path.as_str(), left.reason)).collect()
    }

    #[test]
    fn reads_what_an_ignore_file_would_hide() {
        let sandbox = Sandbox::new(&[(".gitignore", b"*"), ("src/.hidden/a.js", b"1"), ("z.png", b"\0")]);
        let tree = sandbox.read(Limits::default());
        assert_eq!(paths(&tree), [".gitignore", "src/.hidden/a.js", "z.png"]);
        assert_eq!(left_out(&tree), []);
        assert_eq!(tree.total_bytes(), 3);
    }

    #[test]
    fn links_and_special_files_are_reported() {
        let sandbox = Sandbox::new(&[("a.js", b"1"), ("sub/b.js", b"2")]);
        let root = sandbox.0.path();
        symlink("/etc/passwd", root.join("passwd.js")).unwrap();
        symlink("..", root.join("sub/loop")).unwrap();
        symlink("missing", root.join("dangling")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let tree = sandbox.read(Limits::default());
        assert_eq!(paths(&tree), ["a.js", "sub/b.js"]);
        assert_eq!(
            left_out(&tree),
            [
                ("dangling", LeftOutReason::Link),
                ("passwd.js", LeftOutReason::Link),
                ("socket", LeftOutReason::SpecialFile),
                ("sub/loop", LeftOutReason::Link),
            ]
        );
    }

    #[test]
    fn single_files_are_read_without_links() {
        let sandbox = Sandbox::new(&[("a/b.js", b"1"), ("c.js", b"2")]);
        let root = sandbox.0.path();
        symlink("/etc", root.join("etc")).unwrap();
        symlink("c.js", root.join("d.js")).unwrap();
        let reader = FolderReader::open(root).unwrap();
        assert_eq!(reader.read("a/b.js").unwrap(), b"1");
        assert_eq!(reader.read("c.js").unwrap(), b"2");
        for path in ["etc/passwd", "d.js", "../c.js", "/etc/passwd", "a", "missing", ""] {
            assert!(reader.read(path).is_err(), "{path}");
        }
        assert!(FolderReader::open(&root.join("etc")).is_err());
    }

    #[test]
    fn the_path_itself_is_no_link() {
        let sandbox = Sandbox::new(&[("real/a.js", b"1")]);
        let link = sandbox.0.path().join("link");
        symlink("real", &link).unwrap();
        for path in [link.clone(), link.join("")] {
            assert!(matches!(read_folder(&path, &Limits::default()), Err(SourceError::Link { .. })));
        }
        let missing = read_folder(&sandbox.0.path().join("no"), &Limits::default());
        assert!(matches!(missing, Err(SourceError::NotFound { .. })));
    }

    #[test]
    fn copies_are_left_out_and_said() {
        let sandbox = Sandbox::new(&[
            (".git/config", b""),
            ("env/settings.py", b""),
            ("node_modules/x/index.js", b""),
            ("src/__pycache__/a.pyc", b""),
            ("venv/pyvenv.cfg", b""),
            ("venv/lib/a.py", b""),
        ]);
        let tree = sandbox.read(Limits::default());
        assert_eq!(paths(&tree), ["env/settings.py"]);
        let left = left_out(&tree);
        assert!(left.iter().all(|(_, reason)| *reason == LeftOutReason::DependencyFolder));
        let left: Vec<_> = left.into_iter().map(|(path, _)| path).collect();
        assert_eq!(left, [".git", "node_modules", "src/__pycache__", "venv"]);
    }

    #[test]
    fn a_file_called_like_a_copy_is_read() {
        let sandbox = Sandbox::new(&[("node_modules", b"code"), (".git", b"gitdir: x")]);
        assert_eq!(paths(&sandbox.read(Limits::default())), [".git", "node_modules"]);
    }

    #[test]
    fn depth_is_limited() {
        let sandbox = Sandbox::new(&[("a/b/c/d.js", b"1"), ("a/b/e.js", b"1")]);
        let tree = sandbox.read(Limits { depth: 2, ..Limits::default() });
        assert_eq!(paths(&tree), ["a/b/e.js"]);
        assert_eq!(left_out(&tree), [("a/b/c", LeftOutReason::TooDeep)]);
    }

    #[test]
    fn junk_below_does_not_push_out_the_root() {
        let sandbox = Sandbox::new(&[("a/1", b""), ("a/2", b""), ("z.js", b"")]);
        let tree = sandbox.read(Limits { files: 2, ..Limits::default() });
        assert_eq!(paths(&tree), ["a/1", "z.js"]);
        assert_eq!(left_out(&tree), [("a/2", LeftOutReason::TooManyFiles)]);
    }

    #[test]
    fn a_folder_of_too_many_entries_is_left_out_whole() {
        let sandbox = Sandbox::new(&[("a/1", b""), ("a/2", b""), ("a/3", b""), ("z.js", b"")]);
        let tree = sandbox.read(Limits { entries: 4, ..Limits::default() });
        assert_eq!(paths(&tree), ["z.js"]);
        assert_eq!(left_out(&tree), [("a", LeftOutReason::TooManyFiles)]);
        let tree = sandbox.read(Limits { entries: 1, ..Limits::default() });
        assert_eq!(left_out(&tree), [(".", LeftOutReason::TooManyFiles)]);
    }

    #[test]
    fn names_that_are_not_utf8() {
        let sandbox = Sandbox::new(&[]);
        let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"a\xff.js");
        fs::write(sandbox.0.path().join(name), "1").unwrap();
        let tree = sandbox.read(Limits::default());
        assert_eq!(left_out(&tree), [("a\u{fffd}.js", LeftOutReason::BadName)]);
    }

    #[test]
    fn a_single_file() {
        let sandbox = Sandbox::new(&[("run.sh", b"#!/bin/sh\n")]);
        let path = sandbox.0.path().join("run.sh");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let tree = read_folder(&path, &Limits::default()).unwrap();
        assert_eq!(paths(&tree), ["run.sh"]);
        assert!(tree.file("run.sh").unwrap().executable);
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let path = Path::new("/dev/null");
        assert!(matches!(read_folder(path, &Limits::default()), Err(SourceError::NotAFile { .. })));
        assert!(open_file(path).is_err());
    }
}
