//! Entries of an archive going into a tree: their names checked, their folders judged.

use std::{
    collections::{BTreeSet, HashSet},
    io::{self, Read},
};

use super::super::{
    LeftOutReason, Origin, SourceBytes, SourceTree,
    intake::Intake,
    names::{is_dependency_folder, relative},
};
use super::TopFolder;

/// Characters of a bad name that are repeated in the report. Chosen.
const SHOWN_CHARS: usize = 200;

pub(super) struct Unpacker {
    intake: Intake,
    top: TopFolder,
    seen: HashSet<String>,
    copies: BTreeSet<String>,
}

impl Unpacker {
    pub(super) fn new(intake: Intake, top: TopFolder) -> Self {
        Self { intake, top, seen: HashSet::new(), copies: BTreeSet::new() }
    }

    /// Counts a header; false, and said so, when there are too many and reading must stop.
    pub(super) fn count_header(&mut self, name_bytes: usize) -> bool {
        let counted = self.intake.count_entry(name_bytes);
        if !counted {
            self.intake.leave_out(".", LeftOutReason::TooManyFiles);
        }
        counted
    }

    /// Says that reading stopped before the end because of the bytes.
    pub(super) fn stop_at_bytes(&mut self) {
        self.intake.leave_out(".", LeftOutReason::TooManyBytes);
    }

    /// Where the entry goes; `None`, and said why, when it goes nowhere.
    pub(super) fn place(&mut self, name: &[u8]) -> Option<String> {
        let checked = std::str::from_utf8(name).ok().and_then(relative);
        let placed = match (checked, self.top) {
            (Some(path), TopFolder::StripFirst) => path.split_once('/').map(|(_, path)| path.to_owned()),
            (path, _) => path,
        };
        let Some(path) = placed else {
            self.bad_name(name);
            return None;
        };
        if let Some(copy) = dependency_folder(&path) {
            self.copies.insert(copy.to_owned());
            return None;
        }
        // The root's own files have depth 0.
        if path.matches('/').count() > self.intake.limits().depth {
            self.intake.leave_out(path, LeftOutReason::TooDeep);
            return None;
        }
        if !self.seen.insert(path.clone()) {
            self.intake.leave_out(path, LeftOutReason::BadName);
            return None;
        }
        Some(path)
    }

    /// Reports a name that must not be used.
    pub(super) fn bad_name(&mut self, name: &[u8]) {
        // Four bytes a character at most, so this much holds all that is shown.
        let head = name.get(..SHOWN_CHARS * 4).unwrap_or(name);
        let shown: String = String::from_utf8_lossy(head).chars().take(SHOWN_CHARS).collect();
        self.intake.leave_out(shown, LeftOutReason::BadName);
    }

    pub(super) fn leave_out(&mut self, path: String, reason: LeftOutReason) {
        self.intake.leave_out(path, reason);
    }

    pub(super) fn file<R: Read>(
        &mut self,
        path: String,
        executable: bool,
        claimed_bytes: u64,
        open: impl FnOnce() -> io::Result<R>,
    ) {
        self.intake.file(path, executable, claimed_bytes, open);
    }

    pub(super) fn finish(self, origin: Origin) -> SourceTree {
        self.finish_kept(origin).0
    }

    pub(super) fn finish_kept(mut self, origin: Origin) -> (SourceTree, SourceBytes) {
        for copy in self.copies {
            self.intake.leave_out(copy, LeftOutReason::DependencyFolder);
        }
        if self.top == TopFolder::StripCommon {
            self.intake.strip_common_folder();
        }
        self.intake.finish_kept(origin)
    }
}

/// The folder above `path` that no plan copies.
fn dependency_folder(path: &str) -> Option<&str> {
    let mut start = 0;
    for (at, _) in path.match_indices('/') {
        // Compiled files that a package ships are loaded in place of its sources, so they belong to it.
        let name = path.get(start..at)?;
        if is_dependency_folder(name) && name != "__pycache__" {
            return path.get(..at);
        }
        start = at + 1;
    }
    None
}
