//! Entries as files: written in one step, read within a limit, the longest unused dropped first.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use sigyl_core::Digest;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Of all entries, bytes.
    pub(crate) bytes: u64,
    /// Number of entries.
    pub(crate) entries: usize,
    /// Of one entry, bytes.
    pub(crate) entry_bytes: u64,
}

/// A folder of entries, each named by its key.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    limits: Limits,
}

impl Folder {
    /// The folder `name` below `root`, made where it is not there.
    ///
    /// # Errors
    /// When it cannot be made, or when others than the user may write there.
    pub(crate) fn open(root: &Path, name: &str, limits: Limits) -> io::Result<Self> {
        make_private(root)?;
        let path = root.join(name);
        make_private(&path)?;
        Ok(Self { path, limits })
    }

    /// The entry under `key`.
    pub(crate) fn load(&self, key: &Digest) -> Option<Vec<u8>> {
        let file = fs::File::open(self.path.join(key.as_str())).ok()?;
        let size = file.metadata().ok().filter(fs::Metadata::is_file)?.len();
        if size > self.limits.entry_bytes {
            return None;
        }
        let mut bytes = Vec::with_capacity(size as usize);
        (&file).take(self.limits.entry_bytes).read_to_end(&mut bytes).ok()?;
        // So that what is used stays. Where it cannot be told, it goes earlier; no harm.
        let _ = file.set_modified(now());
        Some(bytes)
    }

    /// Keeps an entry, and drops others where there are too many.
    ///
    /// # Errors
    /// When it is too long, or the folder cannot be written.
    pub(crate) fn store(&self, key: &Digest, entry: &[u8]) -> io::Result<()> {
        if entry.len() as u64 > self.limits.entry_bytes {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long"));
        }
        // A temporary file is the user's alone.
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.path)?;
        file.write_all(entry)?;
        file.persist(self.path.join(key.as_str()))?;
        self.evict()
    }

    /// Drops the longest unused entries once a limit is passed, down to three quarters of it.
    fn evict(&self) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                entries.push((used, metadata.len(), entry.path()));
            }
        }
        let mut bytes: u64 = entries.iter().map(|(_, size, _)| size).sum();
        let mut count = entries.len();
        if bytes <= self.limits.bytes && count <= self.limits.entries {
            return Ok(());
        }
        entries.sort();
        for (_, size, path) in entries {
            if bytes <= self.limits.bytes / 4 * 3 && count <= self.limits.entries / 4 * 3 {
                break;
            }
            // Another run may have dropped it.
            let _ = fs::remove_file(path);
            bytes -= size;
            count -= 1;
        }
        Ok(())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what was used last is told by the clock; no report depends on it"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

/// Makes the folder, for the user alone, or checks that it is so.
fn make_private(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is no folder"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if metadata.uid() != rustix::process::geteuid().as_raw() || metadata.mode() & 0o077 != 0 {
            let why = "others may use the folder; chmod 700, or name another with SIGYL_CACHE_DIR";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LIMITS: Limits = Limits { bytes: 100, entries: 8, entry_bytes: 40 };

    fn key(number: usize) -> Digest {
        Digest::of(number.to_string().as_bytes())
    }

    #[test]
    fn the_longest_unused_goes_first() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(&root.path().join("cache"), "reports", LIMITS).unwrap();
        for number in 0..5 {
            folder.store(&key(number), &[b'x'; 20]).unwrap();
            let file = fs::File::open(folder.path.join(key(number).as_str())).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(number as u64)).unwrap();
        }
        assert!(folder.load(&key(0)).is_some(), "all fit");
        folder.store(&key(5), &[b'x'; 20]).unwrap();
        let kept: Vec<usize> = (0..6).filter(|number| folder.load(&key(*number)).is_some()).collect();
        assert_eq!(kept, [0, 4, 5], "what was used stays");
        for number in 0..40 {
            folder.store(&key(number), b"x").unwrap();
        }
        let left = fs::read_dir(&folder.path).unwrap().count();
        assert!(left <= LIMITS.entries, "{left}");
        assert!(folder.store(&key(1), &[b'x'; 41]).is_err());
    }

    #[test]
    fn a_folder_or_a_giant_in_an_entrys_place() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(&root.path().join("cache"), "reports", LIMITS).unwrap();
        fs::create_dir(folder.path.join(key(1).as_str())).unwrap();
        fs::write(folder.path.join(key(2).as_str()), [b'x'; 1000]).unwrap();
        assert!(folder.load(&key(1)).is_none() && folder.load(&key(2)).is_none());
        assert!(folder.store(&key(1), b"x").is_err());
        folder.store(&key(2), b"x").unwrap();
        assert_eq!(folder.load(&key(2)).unwrap(), b"x");
    }

    #[cfg(unix)]
    #[test]
    fn only_a_private_folder_is_used() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let root = tempfile::tempdir().unwrap();
        let open = |name: &str| Folder::open(&root.path().join(name), "reports", LIMITS);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        open("new").unwrap().store(&key(1), b"x").unwrap();
        assert_eq!(mode(root.path().join("new")), 0o700);
        assert_eq!(mode(root.path().join("new/reports")), 0o700);
        assert_eq!(mode(root.path().join("new/reports").join(key(1).as_str())), 0o600);

        for open_to in [0o777, 0o770, 0o707, 0o755] {
            fs::set_permissions(root.path().join("new/reports"), fs::Permissions::from_mode(open_to))
                .unwrap();
            assert!(open("new").is_err(), "{open_to:o}");
        }
        fs::set_permissions(root.path().join("new/reports"), fs::Permissions::from_mode(0o700)).unwrap();
        symlink("new", root.path().join("link")).unwrap();
        assert!(open("link").is_err());
        fs::write(root.path().join("file"), "").unwrap();
        assert!(open("file").is_err());
    }
}
