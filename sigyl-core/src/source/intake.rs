//! Files going into a tree, counted against the limits. Folders, archives and Git all end here.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::{
    FileContent, LeftOut, LeftOutReason, Limits, Origin, SourceBytes, SourceFile, SourceTree,
    decode::{HEAD_BYTES, binary, decode},
    limits::PATH_BYTES_AN_ENTRY,
};
use crate::Digest;

/// Bytes read at a time. Chosen.
const CHUNK_BYTES: usize = 64 << 10;

pub(super) struct Intake {
    kept: Option<SourceBytes>,
    limits: Limits,
    files: Vec<SourceFile>,
    left_out: Vec<LeftOut>,
    entries: usize,
    total_bytes: u64,
    text_bytes: u64,
}

/// The bytes of one file, read as far as the limits let them be.
enum Body {
    Whole(Vec<u8>),
    /// Longer than a file may be: its first bytes.
    Long(Vec<u8>),
    /// Longer than everything together may be.
    PastTotal,
}

impl Intake {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            kept: None,
            limits: *limits,
            files: Vec::new(),
            left_out: Vec::new(),
            entries: 0,
            total_bytes: 0,
            text_bytes: 0,
        }
    }

    /// Keeps the bytes of every file beside the tree.
    #[cfg(any(feature = "archive", feature = "git"))]
    pub(super) fn keeping(limits: &Limits) -> Self {
        Self { kept: Some(SourceBytes::default()), ..Self::new(limits) }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many more entries may be looked at.
    pub(super) fn entries_left(&self) -> usize {
        self.limits.entries.saturating_sub(self.entries)
    }

    /// Counts an entry; false when there are too many.
    pub(super) fn count_entry(&mut self, path_bytes: usize) -> bool {
        self.entries = self.entries.saturating_add(1 + path_bytes / PATH_BYTES_AN_ENTRY);
        self.entries <= self.limits.entries
    }

    pub(super) fn leave_out(&mut self, path: impl Into<String>, reason: LeftOutReason) {
        self.left_out.push(LeftOut { path: path.into(), reason });
    }

    /// Takes a file in. `claimed_bytes` is what its container says of its size; it decides only whether reading is
    /// tried, so a lie costs no more than the limits.
    pub(super) fn file<R: Read>(
        &mut self,
        path: String,
        executable: bool,
        claimed_bytes: u64,
        open: impl FnOnce() -> io::Result<R>,
    ) {
        if self.files.len() >= self.limits.files {
            return self.leave_out(path, LeftOutReason::TooManyFiles);
        }
        if claimed_bytes > self.bytes_left() {
            return self.leave_out(path, LeftOutReason::TooManyBytes);
        }
        let mut hasher = Sha256::new();
        let before = self.total_bytes;
        let mut kept = self.kept.is_some().then(Vec::new);
        let body = open().and_then(|mut reader| self.body(&mut reader, &mut hasher, kept.as_mut()));
        let content = match body {
            Err(_) => return self.leave_out(path, LeftOutReason::Unreadable),
            Ok(Body::PastTotal) => return self.leave_out(path, LeftOutReason::TooManyBytes),
            Ok(Body::Whole(bytes)) => self.content(&path, bytes),
            Ok(Body::Long(head)) => {
                self.leave_out(path.as_str(), LeftOutReason::TooManyBytes);
                binary(&head)
            }
        };
        if let (Some(all), Some(bytes)) = (&mut self.kept, kept) {
            all.0.insert(path.clone(), bytes);
        }
        self.files.push(SourceFile {
            path,
            content,
            digest: Digest::finish(hasher),
            size_bytes: self.total_bytes - before,
            executable,
        });
    }

    fn bytes_left(&self) -> u64 {
        self.limits.total_bytes.saturating_sub(self.total_bytes)
    }

    fn body(
        &mut self,
        reader: &mut impl Read,
        hasher: &mut Sha256,
        mut kept: Option<&mut Vec<u8>>,
    ) -> io::Result<Body> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut bytes = Vec::new();
        let mut long = false;
        loop {
            let read = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => chunk.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if read.len() as u64 > self.bytes_left() {
                return Ok(Body::PastTotal);
            }
            self.total_bytes += read.len() as u64;
            hasher.update(read);
            if let Some(kept) = &mut kept {
                kept.extend_from_slice(read);
            }
            if !long && bytes.len() as u64 + read.len() as u64 > self.limits.file_bytes {
                long = true;
                bytes.extend_from_slice(read.get(..HEAD_BYTES).unwrap_or(read));
                bytes.truncate(HEAD_BYTES);
                bytes.shrink_to_fit();
            }
            if !long {
                bytes.extend_from_slice(read);
            }
        }
        Ok(if long { Body::Long(bytes) } else { Body::Whole(bytes) })
    }

    /// What the bytes say; only their head once the tree holds all the text that it may.
    fn content(&mut self, path: &str, bytes: Vec<u8>) -> FileContent {
        let name = path.rsplit('/').next().unwrap_or(path);
        let head = binary(&bytes);
        match decode(name, bytes) {
            FileContent::Text { text, .. }
                if self.text_bytes + text.len() as u64 > self.limits.text_bytes =>
            {
                self.leave_out(path, LeftOutReason::TooManyBytes);
                head
            }
            content => {
                if let FileContent::Text { text, .. } = &content {
                    self.text_bytes += text.len() as u64;
                }
                content
            }
        }
    }

    /// Removes the first folder of every path where it is the same for all.
    #[cfg(feature = "archive")]
    pub(super) fn strip_common_folder(&mut self) {
        let Some((top, _)) = self.files.first().and_then(|file| file.path.split_once('/')) else { return };
        let top = format!("{top}/");
        let is_inside = |left: &LeftOut| {
            left.reason == LeftOutReason::BadName || left.path == "." || left.path.starts_with(&top)
        };
        if self.files.iter().all(|file| file.path.starts_with(&top)) && self.left_out.iter().all(is_inside) {
            let paths = self.files.iter_mut().map(|file| &mut file.path);
            for path in paths.chain(self.left_out.iter_mut().map(|left| &mut left.path)) {
                if path.starts_with(&top) {
                    path.drain(..top.len());
                }
            }
            if let Some(kept) = &mut self.kept {
                let below = |path: String| path.strip_prefix(&top).map_or(path.clone(), str::to_owned);
                kept.0 = std::mem::take(&mut kept.0)
                    .into_iter()
                    .map(|(path, bytes)| (below(path), bytes))
                    .collect();
            }
        }
    }

    pub(super) fn finish(self, origin: Origin) -> SourceTree {
        self.finish_kept(origin).0
    }

    /// The tree, and the bytes that were kept; none where they were not asked for.
    pub(super) fn finish_kept(self, origin: Origin) -> (SourceTree, SourceBytes) {
        let tree = SourceTree::new(origin, self.files, self.left_out);
        (tree, self.kept.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(limits: Limits, files: &[(&str, &[u8])]) -> SourceTree {
        let mut intake = Intake::new(&limits);
        for (path, bytes) in files {
            intake.file((*path).to_owned(), false, bytes.len() as u64, || Ok(*bytes));
        }
        intake.finish(Origin::Memory)
    }

    fn left_out(tree: &SourceTree) -> Vec<(&str, LeftOutReason)> {
        tree.left_out.iter().map(|left| (left.path.as_str(), left.reason)).collect()
    }

    #[test]
    fn a_long_file_stays_as_its_digest() {
        let limits = Limits { file_bytes: 3, ..Limits::default() };
        let tree = take_all(limits, &[("a.js", b"1234"), ("b.js", b"123")]);
        let long = tree.file("a.js").unwrap();
        assert_eq!(long.digest, Digest::of(b"1234"));
        assert_eq!(long.size_bytes, 4);
        assert_eq!(long.content, FileContent::Binary { head: b"1234"[..].into() });
        assert_eq!(tree.file("b.js").unwrap().text(), Some("123"));
        assert_eq!(left_out(&tree), [("a.js", LeftOutReason::TooManyBytes)]);
    }

    #[test]
    fn files_past_the_total_are_not_read() {
        let limits = Limits { total_bytes: 5, ..Limits::default() };
        let tree = take_all(limits, &[("a.js", b"1234"), ("b.js", b"12"), ("c.js", b"1")]);
        assert_eq!(left_out(&tree), [("b.js", LeftOutReason::TooManyBytes)]);
        assert_eq!(tree.total_bytes(), 5);
    }

    #[test]
    fn a_lie_about_the_size_costs_no_more_than_the_limit() {
        let limits = Limits { total_bytes: 1 << 20, ..Limits::default() };
        let mut intake = Intake::new(&limits);
        intake.file("endless.js".to_owned(), false, 0, || Ok(io::repeat(b'a')));
        let tree = intake.finish(Origin::Memory);
        assert!(tree.files().is_empty());
        assert_eq!(left_out(&tree), [("endless.js", LeftOutReason::TooManyBytes)]);
    }

    #[test]
    fn text_that_memory_may_not_hold_is_reported() {
        let limits = Limits { text_bytes: 4, ..Limits::default() };
        // Each replaced byte becomes three.
        let tree = take_all(limits, &[("a.js", b"\xff\xff"), ("b.js", b"1234"), ("c", b"\0\0\0\0\0")]);
        assert_eq!(left_out(&tree), [("a.js", LeftOutReason::TooManyBytes)]);
        assert!(tree.file("a.js").unwrap().text().is_none());
    }

    #[test]
    fn files_past_their_number_are_named() {
        let limits = Limits { files: 1, ..Limits::default() };
        let tree = take_all(limits, &[("a.js", b"1"), ("b.js", b"2")]);
        assert_eq!(left_out(&tree), [("b.js", LeftOutReason::TooManyFiles)]);
    }
}
