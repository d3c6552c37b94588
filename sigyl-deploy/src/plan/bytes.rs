//! The bytes of a tree's files, from where the tree was read.

use std::{collections::BTreeMap, io, path::Path};

use sigyl_core::source::{FolderReader, SourceBytes};

/// Gives the bytes of a tree's files: a folder, an archive.
pub trait FileBytes: Send + Sync {
    /// All bytes of a file, by its path in the tree.
    ///
    /// # Errors
    /// When it is gone or cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// Files of a folder that is held open; no link in it is followed.
pub struct FolderBytes(FolderReader);

impl FolderBytes {
    /// Opens the folder, which may be no link itself.
    ///
    /// # Errors
    /// When it is none, or cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        FolderReader::open(path).map(Self)
    }
}

impl FileBytes for FolderBytes {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }
}

impl FileBytes for SourceBytes {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.get(path).map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Files in memory, by path.
impl FileBytes for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
