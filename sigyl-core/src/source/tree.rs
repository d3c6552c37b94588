//! A tree of files in memory.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Digest;

/// Where a tree came from. Shown to people; holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// Made in memory, by a test or a caller.
    Memory,
    /// A local folder or file, as it was named.
    Path {
        /// The path as given.
        path: String,
    },
    /// An archive, as it was named.
    Archive {
        /// Its path or address.
        path: String,
    },
    /// A Git repository.
    Git {
        /// Its address, without credentials.
        url: String,
        /// The branch, tag or commit asked for.
        reference: Option<String>,
        /// The subfolder asked for.
        subfolder: Option<String>,
    },
    /// A package of a registry.
    Package {
        /// `npm:NAME@VERSION` or `pypi:NAME==VERSION`, with the version that was found.
        reference: String,
    },
}

/// The bytes of a file, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// Text, decoded; `lossy` when some bytes were no characters and were replaced.
    Text {
        /// The decoded text, without a byte order mark.
        text: Arc<str>,
        /// True when decoding replaced bytes.
        lossy: bool,
    },
    /// Anything else; only the digest and the first bytes are kept for recognising the format.
    Binary {
        /// Up to the first 512 bytes.
        head: Arc<[u8]>,
    },
}

/// One file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the root, with `/`; never absolute, never with `.` or `..` parts.
    pub path: String,
    /// What is in it.
    pub content: FileContent,
    /// SHA-256 of its bytes as they lie on disk.
    pub digest: Digest,
    /// Its size, bytes.
    pub size_bytes: u64,
    /// True when the file may be executed (POSIX user execute bit).
    pub executable: bool,
}

impl SourceFile {
    /// Its text, where it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            FileContent::Text { text, .. } => Some(text),
            FileContent::Binary { .. } => None,
        }
    }

    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its extension in lower case, without the dot; empty where it has none.
    pub fn extension(&self) -> String {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }
}

/// The bytes of a tree's files as they lie on disk, by path: what a build needs beside the tree, which keeps of a binary
/// file the digest only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceBytes(pub(super) BTreeMap<String, Vec<u8>>);

impl SourceBytes {
    /// The bytes of the file at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(Vec::as_slice)
    }
}

/// Something of the source that is not in the tree, or is there as its digest only, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Path relative to the root.
    pub path: String,
    /// Why.
    pub reason: LeftOutReason,
}

/// Why something is not in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutReason {
    /// A symbolic or hard link, or a Git submodule; links are never followed.
    Link,
    /// A socket, device or pipe.
    SpecialFile,
    /// A folder that no plan copies: `.git`, `node_modules`, virtual environments, caches.
    DependencyFolder,
    /// Past the limit on the number of files; of a folder, nothing in it was read.
    TooManyFiles,
    /// Past the limit on the size of one file, or of all together. Of a file that alone is too long, the tree has the
    /// digest.
    TooManyBytes,
    /// Past the limit on depth.
    TooDeep,
    /// The operating system would not let it be read; in an archive, it is damaged, encrypted or of an unknown method.
    Unreadable,
    /// The name is not UTF-8; in an archive, it has `..`, NUL or a backslash, is absolute, or stands there twice.
    BadName,
}

/// The files of a server, in memory, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTree {
    /// Where it came from.
    pub origin: Origin,
    /// The commit, 40 hexadecimal digits, where it came from Git.
    pub commit: Option<String>,
    /// Every file, by path.
    files: Vec<SourceFile>,
    /// What was left out, by path.
    pub left_out: Vec<LeftOut>,
    digest: Digest,
    total_bytes: u64,
}

impl SourceTree {
    /// A tree of the given files; of two with one path the first counts.
    pub fn new(origin: Origin, mut files: Vec<SourceFile>, mut left_out: Vec<LeftOut>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|later, first| later.path == first.path);
        left_out.sort();
        left_out.dedup();
        let digest = Digest::of_parts(files.iter().flat_map(|file| {
            let mode: &[u8] = if file.executable { b"x" } else { b"-" };
            [file.path.as_bytes(), mode, file.digest.as_str().as_bytes()]
        }));
        let total_bytes = files.iter().map(|file| file.size_bytes).sum();
        Self { origin, commit: None, files, left_out, digest, total_bytes }
    }

    /// A tree of texts, for tests and for callers that hold sources in memory.
    ///
    /// ```
    /// use sigyl_core::SourceTree;
    /// let tree = SourceTree::from_texts([("server.py", "print('hello')")]);
    /// assert_eq!(tree.files().len(), 1);
    /// ```
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = texts
            .into_iter()
            .map(|(path, text)| SourceFile {
                path: path.to_owned(),
                content: FileContent::Text { text: text.into(), lossy: false },
                digest: Digest::of(text.as_bytes()),
                size_bytes: text.len() as u64,
                executable: false,
            })
            .collect();
        Self::new(Origin::Memory, files, Vec::new())
    }

    /// Every file, by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    /// SHA-256 over path, execute bit and digest of every file.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Sum of the files' sizes, bytes.
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }
}
