//! Whether Git has a file as it is. Git itself is not asked: in a repository of a stranger it runs what its settings name.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Longest index that is read, bytes; one of a hundred thousand files has about 10 MB. Chosen.
const MAX_BYTES: u64 = 128 << 20;

/// True for a file below a repository that is not in its index as it lies there: by size and time of its last change, as
/// Git itself looks first.
pub(super) fn has_changes(root: &Path, path: &str) -> bool {
    let file = root.join(path);
    let Some(repository) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return false };
    let Ok(inside) = file.strip_prefix(repository) else { return false };
    let Some(name) = inside.to_str() else { return true };
    let Some(index) = read_index(&repository.join(".git")) else { return true };
    match (entry(&index, &name.replace('\\', "/")), fs::symlink_metadata(&file)) {
        (Some(known), Ok(metadata)) => known != stamp(&metadata),
        _ => true,
    }
}

fn read_index(git: &Path) -> Option<Vec<u8>> {
    let folder = if git.is_dir() {
        git.to_owned()
    } else {
        // A worktree names its folder in a file.
        let mut text = String::new();
        fs::File::open(git).ok()?.take(4096).read_to_string(&mut text).ok()?;
        let named = PathBuf::from(text.strip_prefix("gitdir: ")?.trim_end());
        git.parent()?.join(named)
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(folder.join("index")).ok()?;
    file.metadata().ok().filter(|metadata| metadata.is_file())?;
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Seconds and nanoseconds of the last change, and the size, each as Git keeps it: 32 bits.
type Stamp = (u32, u32, u32);

#[cfg(unix)]
fn stamp(metadata: &fs::Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    (metadata.mtime() as u32, metadata.mtime_nsec() as u32, metadata.size() as u32)
}

#[cfg(not(unix))]
fn stamp(metadata: &fs::Metadata) -> Stamp {
    let changed = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let changed = changed.unwrap_or_default();
    (changed.as_secs() as u32, changed.subsec_nanos(), metadata.len() as u32)
}

/// The stamp of a path in an index of version 2 or 3; gitformat-index(5).
fn entry(index: &[u8], wanted: &str) -> Option<Stamp> {
    let word = |at: usize| Some(u32::from_be_bytes(index.get(at..at + 4)?.try_into().ok()?));
    if index.get(..4)? != b"DIRC" || !matches!(word(4)?, 2 | 3) {
        return None;
    }
    let mut at = 12;
    for _ in 0..word(8)? {
        let flags = u16::from_be_bytes(index.get(at + 60..at + 62)?.try_into().ok()?);
        let start = at + 62 + if flags & 0x4000 != 0 { 2 } else { 0 };
        let length = index.get(start..)?.iter().position(|byte| *byte == 0)?;
        if index.get(start..start + length)? == wanted.as_bytes() {
            return Some((word(at + 8)?, word(at + 12)?, word(at + 36)?));
        }
        // Entries are padded with one to eight NULs to a multiple of eight.
        at = at + (start + length - at) / 8 * 8 + 8;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_git_has_and_what_not() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.args(["-c", "init.defaultBranch=main"]).args(arguments).current_dir(root);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
            assert!(command.output().unwrap().status.success(), "{arguments:?}");
        };
        fs::write(root.join("a.py"), "1").unwrap();
        assert!(!has_changes(root, "a.py"), "there is no repository");
        git(&["init", "-q"]);
        assert!(has_changes(root, "a.py"), "it was never added");
        fs::create_dir(root.join("folder")).unwrap();
        for name in ["folder/b.py", "folder/longer-name.py", "z"] {
            fs::write(root.join(name), name).unwrap();
        }
        git(&["add", "."]);
        for name in ["a.py", "folder/b.py", "folder/longer-name.py", "z"] {
            assert!(!has_changes(root, name), "{name}");
        }
        assert!(!has_changes(&root.join("folder"), "b.py"));
        fs::write(root.join("folder/b.py"), "another").unwrap();
        assert!(has_changes(root, "folder/b.py") && !has_changes(root, "z"));
        fs::write(root.join(".git/index"), b"DIRC\0\0\0\x02\xff\xff\xff\xff").unwrap();
        assert!(has_changes(root, "z"), "a damaged index knows nothing");
    }
}
