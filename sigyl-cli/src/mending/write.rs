//! Writes files of a tree in place: all of them or none, each in one step, and nothing that a link leads to.

use std::{
    ffi::OsStr,
    io::{self, Read, Write},
    path::Path,
};

use sigyl_core::Digest;

use crate::failure::Failure;

/// A file that is to have another text.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// Path in the tree, with `/`.
    pub(super) path: &'a str,
    /// Digest of what must be there now.
    pub(super) digest: &'a Digest,
    /// What is to be there.
    pub(super) text: &'a str,
}

/// Longest file that is looked at, bytes; those that were scanned are shorter. Chosen.
const MAX_BYTES: u64 = 64 << 20;

/// Writes all the files: first each beside its place, then each into its place.
///
/// # Errors
/// When a file is not what was scanned, a link has come in between, or it cannot be written. No file is changed then; where
/// even the last step fails for one, those before it are put back.
pub(super) fn all(root: &Path, changes: &[Change<'_>]) -> Result<(), Failure> {
    let mut staged = Vec::with_capacity(changes.len());
    for change in changes {
        let stage = Staged::new(root, change);
        staged.push(stage.map_err(|source| Failure::Write { path: root.join(change.path), source })?);
    }
    for at in 0..staged.len() {
        let (done, rest) = staged.split_at_mut(at);
        let Some(stage) = rest.first_mut() else { break };
        if let Err(source) = stage.finish() {
            let path = root.join(stage.path);
            // What cannot be put back is whole all the same: its new text.
            done.iter_mut().for_each(|stage| drop(stage.undo()));
            return Err(Failure::Write { path, source });
        }
    }
    Ok(())
}

/// A text that lies beside its file.
struct Staged<'a> {
    path: &'a str,
    folder: Folder,
    name: &'a OsStr,
    temporary: Option<String>,
    before: Vec<u8>,
    mode: u32,
}

impl<'a> Staged<'a> {
    fn new(root: &Path, change: &Change<'a>) -> io::Result<Self> {
        let (folders, name) = change.path.rsplit_once('/').unwrap_or(("", change.path));
        let mut folder = Folder::root(root)?;
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            folder = folder.inner(part)?;
        }
        let name = OsStr::new(name);
        let (mut file, mode) = folder.open(name)?;
        let mut before = Vec::new();
        (&mut file).take(MAX_BYTES).read_to_end(&mut before)?;
        if Digest::of(&before) != *change.digest {
            return Err(io::Error::other("it has changed since it was scanned; scan again"));
        }
        let mut staged = Self { path: change.path, folder, name, temporary: None, before, mode };
        staged.write(change.text.as_bytes())?;
        Ok(staged)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for attempt in 0..100_u32 {
            let temporary = format!(".sigyl-{}-{attempt}.tmp", std::process::id());
            match self.folder.create(&temporary, self.mode) {
                Ok(mut file) => {
                    self.temporary = Some(temporary);
                    file.write_all(bytes)?;
                    return file.sync_all();
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("no name is free for a temporary file"))
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(temporary) = &self.temporary else { return Ok(()) };
        self.folder.rename(temporary, self.name)?;
        self.temporary = None;
        Ok(())
    }

    fn undo(&mut self) -> io::Result<()> {
        let before = std::mem::take(&mut self.before);
        self.write(&before)?;
        self.finish()
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nothing more can be done about a file that will not go.
            let _ = self.folder.remove(temporary);
        }
    }
}

#[cfg(unix)]
use unix::Folder;
#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        fs, io,
        os::fd::OwnedFd,
        os::unix::fs::{MetadataExt, PermissionsExt},
        path::Path,
    };

    use rustix::fs::{AtFlags, Mode, OFlags};

    /// A folder that is held open, so that nothing that happens to its name leads elsewhere.
    pub(super) struct Folder(OwnedFd);

    impl Folder {
        pub(super) fn root(path: &Path) -> io::Result<Self> {
            Ok(Self(rustix::fs::open(
                path,
                OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC,
                Mode::empty(),
            )?))
        }

        pub(super) fn inner(&self, name: &str) -> io::Result<Self> {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(Self(rustix::fs::openat(&self.0, name, flags, Mode::empty())?))
        }

        pub(super) fn open(&self, name: &OsStr) -> io::Result<(fs::File, u32)> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = fs::File::from(rustix::fs::openat(&self.0, name, flags, Mode::empty())?);
            let metadata = file.metadata()?;
            if !metadata.is_file() || metadata.nlink() > 1 {
                return Err(io::Error::other("it is no file of its own: a link, or another name of one"));
            }
            Ok((file, metadata.permissions().mode() & 0o777))
        }

        pub(super) fn create(&self, name: &str, mode: u32) -> io::Result<fs::File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = fs::File::from(rustix::fs::openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?);
            // The rights of the file that it replaces, whatever the caller's umask.
            file.set_permissions(fs::Permissions::from_mode(mode))?;
            Ok(file)
        }

        pub(super) fn rename(&self, from: &str, to: &OsStr) -> io::Result<()> {
            Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
        }

        pub(super) fn remove(&self, name: &str) -> io::Result<()> {
            Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
        }
    }
}

#[cfg(not(unix))]
use elsewhere::Folder;
#[cfg(not(unix))]
mod elsewhere {
    use std::{
        ffi::OsStr,
        fs, io,
        path::{Path, PathBuf},
    };

    /// A folder that was no link when it was asked.
    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn root(path: &Path) -> io::Result<Self> {
            if !fs::symlink_metadata(path)?.is_dir() {
                return Err(io::Error::other("it is no folder"));
            }
            Ok(Self(path.to_owned()))
        }

        pub(super) fn inner(&self, name: &str) -> io::Result<Self> {
            Self::root(&self.0.join(name))
        }

        pub(super) fn open(&self, name: &OsStr) -> io::Result<(fs::File, u32)> {
            let path = self.0.join(name);
            if !fs::symlink_metadata(&path)?.is_file() {
                return Err(io::Error::other("it is no file of its own"));
            }
            Ok((fs::File::open(path)?, 0))
        }

        pub(super) fn create(&self, name: &str, _mode: u32) -> io::Result<fs::File> {
            fs::File::create_new(self.0.join(name))
        }

        pub(super) fn rename(&self, from: &str, to: &OsStr) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        pub(super) fn remove(&self, name: &str) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt, symlink},
    };

    use super::*;

    fn names(root: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(root)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_or_none() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("a"), "one").unwrap();
        fs::write(root.join("sub/b"), "two").unwrap();
        fs::set_permissions(root.join("a"), fs::Permissions::from_mode(0o751)).unwrap();
        let (one, two, other) = (Digest::of(b"one"), Digest::of(b"two"), Digest::of(b"other"));
        let stale = [
            Change { path: "a", digest: &one, text: "1" },
            Change { path: "sub/b", digest: &other, text: "2" },
        ];
        let error = all(root, &stale).unwrap_err();
        assert!(
            std::error::Error::source(&error).unwrap().to_string().contains("changed since"),
            "{error:?}"
        );
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "one");
        assert_eq!(
            (names(root), names(&root.join("sub"))),
            (vec!["a".into(), "sub".into()], vec!["b".into()])
        );

        let fresh = [
            Change { path: "a", digest: &one, text: "1" },
            Change { path: "sub/b", digest: &two, text: "2" },
        ];
        all(root, &fresh).unwrap();
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "1");
        assert_eq!(fs::read_to_string(root.join("sub/b")).unwrap(), "2");
        assert_eq!(fs::metadata(root.join("a")).unwrap().permissions().mode() & 0o777, 0o751);
        assert_eq!(names(root), ["a", "sub"]);
    }

    #[test]
    fn what_fails_last_is_put_back() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::write(root.join("a"), "one").unwrap();
        fs::write(root.join("b"), "two").unwrap();
        let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
        let mut staged = [
            Staged::new(root, &Change { path: "a", digest: &one, text: "1" }).unwrap(),
            Staged::new(root, &Change { path: "b", digest: &two, text: "2" }).unwrap(),
        ];
        staged[0].finish().unwrap();
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "1");
        staged[0].undo().unwrap();
        drop(staged);
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "one");
        assert_eq!(fs::read_to_string(root.join("b")).unwrap(), "two");
        assert_eq!(names(root), ["a", "b"]);
    }

    #[test]
    fn links_lead_nowhere() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("x"), "one").unwrap();
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        symlink(outside.path(), root.join("folder")).unwrap();
        symlink(outside.path().join("x"), root.join("file")).unwrap();
        fs::hard_link(outside.path().join("x"), root.join("hard")).unwrap();
        let one = Digest::of(b"one");
        for path in ["folder/x", "file", "hard"] {
            assert!(all(root, &[Change { path, digest: &one, text: "2" }]).is_err(), "{path}");
            assert_eq!(fs::read_to_string(outside.path().join("x")).unwrap(), "one");
        }
        assert_eq!(names(outside.path()), ["x"]);
    }
}
