//! What `git ls-tree` lists, and which of it is read.

use std::{
    collections::{BTreeSet, HashSet},
    io::{self, BufRead, Read},
};

use crate::source::{
    LeftOutReason,
    intake::Intake,
    names::{is_dependency_folder, last, marker, relative},
};

/// Longest line of a listing, bytes. Chosen; paths that systems can open end at 4,096.
const LINE_BYTES: u64 = 16 << 10;

/// A file of the commit.
pub(super) struct Blob {
    pub(super) path: String,
    pub(super) object: String,
    pub(super) size_bytes: u64,
    pub(super) executable: bool,
}

/// Reads a listing; what is not to be read is reported. The shallowest files come first, then by name.
pub(super) fn read(mut listing: impl BufRead, intake: &mut Intake) -> io::Result<Vec<Blob>> {
    let mut blobs = Vec::new();
    loop {
        let mut line = Vec::new();
        listing.by_ref().take(LINE_BYTES).read_until(0, &mut line)?;
        if line.is_empty() {
            break;
        }
        let line = line.strip_suffix(b"\0").ok_or_else(malformed)?;
        let (fields, path) =
            line.iter().position(|byte| *byte == b'\t').map(|at| line.split_at(at)).ok_or_else(malformed)?;
        let path = path.get(1..).unwrap_or_default();
        if !intake.count_entry(path.len()) {
            intake.leave_out(".", LeftOutReason::TooManyFiles);
            break;
        }
        let Some(path) =
            std::str::from_utf8(path).ok().filter(|path| relative(path).as_deref() == Some(*path))
        else {
            intake.leave_out(String::from_utf8_lossy(path), LeftOutReason::BadName);
            continue;
        };
        let fields = std::str::from_utf8(fields).map_err(|_| malformed())?;
        let [mode, _kind, object, size] =
            fields.split_ascii_whitespace().collect::<Vec<_>>().try_into().map_err(|_| malformed())?;
        match mode {
            "120000" | "160000" => intake.leave_out(path, LeftOutReason::Link),
            _ => blobs.push(Blob {
                path: path.to_owned(),
                object: object.to_owned(),
                size_bytes: size.parse().map_err(|_| malformed())?,
                executable: mode == "100755",
            }),
        }
    }
    leave_out_copies(&mut blobs, intake);
    blobs.sort_by(|a, b| (depth(&a.path), &a.path).cmp(&(depth(&b.path), &b.path)));
    Ok(blobs)
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "git listed something that is not understood")
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// Removes what lies in folders that no plan copies, or too deep; the folder is reported.
fn leave_out_copies(blobs: &mut Vec<Blob>, intake: &mut Intake) {
    let marked: HashSet<String> = blobs
        .iter()
        .filter_map(|blob| {
            let (folder, name) = blob.path.rsplit_once('/')?;
            (marker(last(folder)) == Some(name)).then(|| folder.to_owned())
        })
        .collect();
    let mut copies = BTreeSet::new();
    let deepest = intake.limits().depth;
    blobs.retain(|blob| {
        let folders = blob.path.match_indices('/').filter_map(|(at, _)| blob.path.get(..at));
        let copy = folders.enumerate().find_map(|(depth, folder)| match () {
            () if is_dependency_folder(last(folder)) || marked.contains(folder) => {
                Some((folder, LeftOutReason::DependencyFolder))
            }
            () if depth >= deepest => Some((folder, LeftOutReason::TooDeep)),
            () => None,
        });
        if let Some((folder, reason)) = copy {
            copies.insert((folder.to_owned(), reason));
        }
        copy.is_none()
    });
    for (folder, reason) in copies {
        intake.leave_out(folder, reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Origin};

    fn check(listing: &[u8], limits: Limits) -> (Vec<String>, Vec<(String, LeftOutReason)>) {
        let mut intake = Intake::new(&limits);
        let blobs = read(listing, &mut intake).unwrap();
        let left_out = intake.finish(Origin::Memory).left_out;
        let left_out = left_out.into_iter().map(|left| (left.path, left.reason)).collect();
        (blobs.into_iter().map(|blob| blob.path).collect(), left_out)
    }

    fn listing(paths: &[&str]) -> Vec<u8> {
        paths.iter().flat_map(|path| format!("100644 blob 0123   7\t{path}\0").into_bytes()).collect()
    }

    #[test]
    fn shallow_files_first() {
        let (paths, _) = check(&listing(&["a/b/c", "a/z", "m", "b"]), Limits::default());
        assert_eq!(paths, ["b", "m", "a/z", "a/b/c"]);
    }

    #[test]
    fn hostile_names() {
        let (paths, left_out) = check(&listing(&["../x", "/x", "a/../b", "a//b", "fine"]), Limits::default());
        assert_eq!(paths, ["fine"]);
        assert_eq!(left_out.len(), 4);
        assert!(left_out.iter().all(|(_, reason)| *reason == LeftOutReason::BadName));
    }

    #[test]
    fn copies_and_depth() {
        let names = ["node_modules/a/b", "venv/pyvenv.cfg", "venv/lib/x", "a/venv/x", "a/b/c/d"];
        let (paths, left_out) = check(&listing(&names), Limits { depth: 2, ..Limits::default() });
        assert_eq!(paths, ["a/venv/x"]);
        assert_eq!(
            left_out,
            [
                ("a/b/c".to_owned(), LeftOutReason::TooDeep),
                ("node_modules".to_owned(), LeftOutReason::DependencyFolder),
                ("venv".to_owned(), LeftOutReason::DependencyFolder),
            ]
        );
    }

    #[test]
    fn endless_listings() {
        let limits = Limits { entries: 2, ..Limits::default() };
        let (paths, left_out) = check(&listing(&["a", "b", "c", "d"]), limits);
        assert_eq!(paths, ["a", "b"]);
        assert_eq!(left_out, [(".".to_owned(), LeftOutReason::TooManyFiles)]);
        let mut intake = Intake::new(&Limits::default());
        assert!(read(&listing(&[&"a".repeat(20_000)])[..], &mut intake).is_err());
        assert!(read(&b"100644 blob x\0"[..], &mut intake).is_err());
        assert!(read(&b"x\ty\0"[..], &mut intake).is_err());
    }
}
