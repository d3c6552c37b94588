//! Opening files and folders without ever going through a link.
//!
//! On Unix every step below the root is an `openat` that refuses links, so that a folder that is swapped for a link
//! while it is read leads nowhere. Elsewhere the check and the opening are two steps.

use std::{ffi::OsString, fs::File, io, path::Path};

#[cfg(not(unix))]
pub(super) use other::Folder;
#[cfg(unix)]
pub(super) use unix::Folder;

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Folder,
    File,
    Link,
    Special,
}

/// Opens a plain file, named by the caller; a link or anything else is an error.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    let file = unix::file_at(rustix::fs::CWD, path.as_os_str())?;
    #[cfg(not(unix))]
    let file = other::file(path)?;
    Ok(file)
}

/// Whether the owner may execute it.
pub(super) fn is_executable(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::mode(metadata) & 0o100 != 0;
    #[cfg(not(unix))]
    return {
        let _ = metadata;
        false
    };
}

/// Every name, sorted; `None` when there are more than `most`.
fn collect(
    names: impl Iterator<Item = io::Result<OsString>>,
    most: usize,
) -> io::Result<Option<Vec<OsString>>> {
    let mut all = Vec::new();
    for name in names {
        if all.len() >= most {
            return Ok(None);
        }
        all.push(name?);
    }
    all.sort();
    Ok(Some(all))
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a plain file")
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::{OsStr, OsString},
        fs::File,
        io,
        os::{
            fd::{AsFd, OwnedFd},
            unix::ffi::OsStringExt,
        },
        path::Path,
    };

    use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, statat};

    use super::Kind;

    pub(in super::super) struct Folder(OwnedFd);

    impl Folder {
        pub(in super::super) fn root(path: &Path) -> io::Result<Self> {
            folder_at(CWD, path.as_os_str())
        }

        /// The folder at a relative path, each part of which must be a real folder.
        pub(in super::super) fn below(&self, relative: &str) -> io::Result<Self> {
            let mut folder = folder_at(&self.0, ".".as_ref())?;
            for part in relative.split('/').filter(|part| !part.is_empty()) {
                folder = folder_at(&folder.0, part.as_ref())?;
            }
            Ok(folder)
        }

        pub(in super::super) fn names(&self, most: usize) -> io::Result<Option<Vec<OsString>>> {
            let names = Dir::read_from(&self.0)?.filter_map(|entry| match entry {
                Err(error) => Some(Err(error.into())),
                Ok(entry) => match entry.file_name().to_bytes() {
                    b"." | b".." => None,
                    name => Some(Ok(OsString::from_vec(name.to_vec()))),
                },
            });
            super::collect(names, most)
        }

        pub(in super::super) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
            let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
            Ok(match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => Kind::Folder,
                FileType::RegularFile => Kind::File,
                FileType::Symlink => Kind::Link,
                _ => Kind::Special,
            })
        }

        pub(in super::super) fn file(&self, name: &OsStr) -> io::Result<File> {
            file_at(&self.0, name)
        }
    }

    fn folder_at(at: impl AsFd, path: &OsStr) -> io::Result<Folder> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Folder(openat(at, path, flags, Mode::empty())?))
    }

    pub(super) fn file_at(at: impl AsFd, path: &OsStr) -> io::Result<File> {
        // A pipe that takes the file's place would block without NONBLOCK.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let file = File::from(openat(at, path, flags, Mode::empty())?);
        if file.metadata()?.is_file() { Ok(file) } else { Err(super::not_a_file()) }
    }
}

#[cfg(not(unix))]
mod other {
    use std::{
        ffi::{OsStr, OsString},
        fs::{self, File},
        io,
        path::{Path, PathBuf},
    };

    use super::Kind;

    pub(in super::super) struct Folder(PathBuf);

    impl Folder {
        pub(in super::super) fn root(path: &Path) -> io::Result<Self> {
            match kind(path)? {
                Kind::Folder => Ok(Self(path.to_owned())),
                _ => Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder")),
            }
        }

        /// The folder at a relative path, each part of which must be a real folder.
        pub(in super::super) fn below(&self, relative: &str) -> io::Result<Self> {
            let mut folder = Self(self.0.clone());
            for part in relative.split('/').filter(|part| !part.is_empty()) {
                folder = Self::root(&folder.0.join(part))?;
            }
            Ok(folder)
        }

        pub(in super::super) fn names(&self, most: usize) -> io::Result<Option<Vec<OsString>>> {
            super::collect(fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name())), most)
        }

        pub(in super::super) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
            kind(&self.0.join(name))
        }

        pub(in super::super) fn file(&self, name: &OsStr) -> io::Result<File> {
            file(&self.0.join(name))
        }
    }

    fn kind(path: &Path) -> io::Result<Kind> {
        let kind = fs::symlink_metadata(path)?.file_type();
        Ok(match () {
            () if kind.is_symlink() => Kind::Link,
            () if kind.is_dir() => Kind::Folder,
            () if kind.is_file() => Kind::File,
            () => Kind::Special,
        })
    }

    pub(super) fn file(path: &Path) -> io::Result<File> {
        if kind(path)? == Kind::File { File::open(path) } else { Err(super::not_a_file()) }
    }
}
