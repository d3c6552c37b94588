//! Which commit a folder was checked out of, by Git's files alone: a repository's configuration can name programs, and
//! this one may be anybody's.
//!
//! Formats: gitrepository-layout(5) and git-pack-refs(1). A repository that keeps its references in another way
//! (reftable) has none here.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Longest file of references that is read, bytes: about 200,000 references.
const PACKED_BYTES_MAX: u64 = 16 << 20;

/// Longest file with one reference, bytes.
const REFERENCE_BYTES_MAX: u64 = 4096;

/// The commit that the repository around `folder` has checked out; none where there is no repository or no commit.
pub(crate) fn commit(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let at = folder.ancestors().map(|above| above.join(".git")).find(|at| at.exists())?;
    // Of a worktree or a submodule, a file says where the rest lies.
    let own = match at.is_dir() {
        true => at,
        false => at.parent()?.join(read(&at, REFERENCE_BYTES_MAX)?.strip_prefix("gitdir: ")?),
    };
    let head = read(&own.join("HEAD"), REFERENCE_BYTES_MAX)?;
    let Some(reference) = head.strip_prefix("ref: ") else { return object(&head) };
    let is_plain =
        reference.starts_with("refs/") && reference.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !is_plain {
        return None;
    }
    let shared: PathBuf = match read(&own.join("commondir"), REFERENCE_BYTES_MAX) {
        Some(path) => own.join(path),
        None => own.clone(),
    };
    let loose = [&own, &shared].into_iter().find_map(|at| read(&at.join(reference), REFERENCE_BYTES_MAX));
    if let Some(loose) = loose {
        return object(&loose);
    }
    let packed = read(&shared.join("packed-refs"), PACKED_BYTES_MAX)?;
    let mut pairs = packed.lines().filter_map(|line| line.split_once(' '));
    pairs.find(|(_, name)| *name == reference).and_then(|(commit, _)| object(commit))
}

/// The text of a short file, without the line's end; none where it is longer.
fn read(path: &Path, bytes_max: u64) -> Option<String> {
    let mut text = String::new();
    fs::File::open(path).ok()?.take(bytes_max + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= bytes_max).then(|| text.trim_end().to_owned())
}

/// A name of SHA-1 or SHA-256.
fn object(text: &str) -> Option<String> {
    let is_name = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(at: &Path, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let out = Command::new("git").args(identity).args(arguments).current_dir(at).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn the_commit_is_the_one_that_git_names() {
        let folder = tempfile::tempdir().unwrap();
        let (at, below) = (folder.path().join("a"), folder.path().join("a/servers/one"));
        assert_eq!(commit(folder.path()), None);
        fs::create_dir_all(&below).unwrap();
        git(&at, &["init", "--quiet", "--initial-branch=feature/x"]);
        assert_eq!(commit(&below), None, "no commit yet");
        fs::write(below.join("server.py"), "").unwrap();
        git(&at, &["add", "."]);
        git(&at, &["commit", "--quiet", "--message=x"]);
        let first = git(&at, &["rev-parse", "HEAD"]);
        assert_eq!(commit(&below), Some(first.clone()));
        // Packed, of a worktree, and of no branch.
        git(&at, &["pack-refs", "--all"]);
        assert_eq!(commit(&at), Some(first.clone()));
        git(&at, &["worktree", "add", "--quiet", "-b", "other", "../b"]);
        let other = folder.path().join("b");
        git(&other, &["commit", "--quiet", "--allow-empty", "--message=y"]);
        let second = git(&other, &["rev-parse", "HEAD"]);
        assert_eq!((commit(&other), commit(&at)), (Some(second.clone()), Some(first)));
        git(&at, &["checkout", "--quiet", "--detach", &second]);
        assert_eq!(commit(&at), Some(second));
        for hostile in ["ref: ../../etc/passwd", "ref: refs/../../x", "gitdir: x", "", "0"] {
            fs::write(at.join(".git/HEAD"), hostile).unwrap();
            assert_eq!(commit(&at), None, "{hostile}");
        }
    }
}
