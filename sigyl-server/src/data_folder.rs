//! The server's own folder: for its user alone, and files in it that appear whole or not at all.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Why the folder or a file of it cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// It cannot be made, read or written.
    #[error("cannot use {}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Others can read it.
    #[error("others can read or write {}; run `chmod {mode} {}`", path.display(), path.display())]
    OpenToOthers {
        /// The folder or file.
        path: PathBuf,
        /// What its mode should be.
        mode: &'static str,
    },
}

/// The folder, checked.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    /// Makes the folder where it is missing, and refuses one that others can read.
    ///
    /// # Errors
    /// When it cannot be made, or others can read it.
    pub(crate) fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |source| FolderError::Io { path: path.to_owned(), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        if !fs::metadata(path).map_err(failed)?.is_dir() {
            return Err(failed(io::ErrorKind::NotADirectory.into()));
        }
        refuse_open_to_others(path, "700")?;
        Ok(Self(path.to_owned()))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Refuses what anyone but its owner can read or write.
pub(crate) fn refuse_open_to_others(path: &Path, mode: &'static str) -> Result<(), FolderError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata =
            fs::metadata(path).map_err(|source| FolderError::Io { path: path.to_owned(), source })?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(FolderError::OpenToOthers { path: path.to_owned(), mode });
        }
    }
    Ok(())
}

/// Whether a file that is there is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Left alone; writing fails.
    Keep,
    /// Replaced in one step.
    Replace,
}

/// Writes a file of mode 0600 that others see whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), FolderError> {
    let failed = |source| FolderError::Io { path: path.to_owned(), source };
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files are made with mode 0600.
    let mut file = tempfile::Builder::new().prefix(".sigyl-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let placed = match existing {
        Existing::Keep => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    };
    placed.map_err(|error| failed(error.error))?;
    // The name must outlive a power cut, too.
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).map_or(0, |it| it.permissions().mode() & 0o777)
    }

    #[test]
    fn the_folder_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let data = DataFolder::open(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        DataFolder::open(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        let error = DataFolder::open(data.path()).unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{error}");
    }

    #[test]
    fn a_kept_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_private(&path, b"one", Existing::Keep).unwrap();
        assert!(write_private(&path, b"two", Existing::Keep).is_err());
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"one".as_slice(), 0o600));
        write_private(&path, b"two", Existing::Replace).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (b"two".as_slice(), 0o600));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
