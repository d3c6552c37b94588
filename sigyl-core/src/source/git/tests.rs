use std::{
    env, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
    thread,
};

use super::*;
use crate::source::{FileContent, LeftOutReason};

/// A repository made with the real git, whose own configuration tries everything.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git")
            .args(identity)
            .args(arguments)
            .current_dir(self.folder())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, bytes: &[u8]) -> &Self {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--message=x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn reference(&self, reference: Option<&str>, subfolder: Option<&str>) -> GitRef {
        GitRef {
            url: GitUrl::local_for_tests(self.folder()),
            reference: reference.map(|reference| GitReference::parse(reference).unwrap()),
            subfolder: subfolder.map(str::to_owned),
        }
    }

    fn read(&self, reference: Option<&str>, subfolder: Option<&str>) -> Result<SourceTree, SourceError> {
        read_git(&self.reference(reference, subfolder), &Limits::default(), &options())
    }
}

fn options() -> GitOptions {
    GitOptions { environment: env::vars_os().collect(), ..GitOptions::default() }
}

fn paths(tree: &SourceTree) -> Vec<&str> {
    tree.files().iter().map(|file| file.path.as_str()).collect()
}

fn left_out(tree: &SourceTree) -> Vec<(&str, LeftOutReason)> {
    tree.left_out.iter().map(|left| (left.path.as_str(), left.reason)).collect()
}

#[test]
fn branches_tags_commits_and_folders() {
    let repository = Repository::new();
    repository.write("server.py", b"first").write("src/deep/a.js", b"a");
    let first = repository.commit();
    repository.git(&["tag", "--annotate", "--message=x", "v1"]);
    repository.git(&["branch", "feature/x"]);
    let second = { repository.write("server.py", b"second\r\n").commit() };

    let tree = repository.read(None, None).unwrap();
    assert_eq!(tree.commit.as_deref(), Some(second.as_str()));
    assert_eq!(paths(&tree), ["server.py", "src/deep/a.js"]);
    assert_eq!(tree.file("server.py").unwrap().text(), Some("second\r\n"));
    for reference in ["v1", "feature/x", "refs/heads/feature/x", &first] {
        let tree = repository.read(Some(reference), None).unwrap();
        assert_eq!(tree.commit.as_deref(), Some(first.as_str()), "{reference}");
        assert_eq!(tree.file("server.py").unwrap().text(), Some("first"));
    }
    let tree = repository.read(None, Some("src/deep")).unwrap();
    assert_eq!(paths(&tree), ["a.js"]);
    for missing in ["no", "server.py"] {
        let error = repository.read(None, Some(missing)).unwrap_err();
        assert!(matches!(error, SourceError::NoSubfolder { .. }), "{error:?}");
    }
    let error = repository.read(Some("no-such-branch"), None).unwrap_err();
    assert!(error.to_string().contains("no-such-branch"), "{error}");
}

#[test]
fn a_repository_that_tries_to_act() {
    let marker = tempfile::tempdir().unwrap();
    let acted = marker.path().join("acted");
    let touch = format!("touch {}", acted.display());
    let repository = Repository::new();
    let library = Repository::new();
    library.write("x.js", b"x").commit();

    repository
        .write("a.js", b"$Id$ as it is\r\n")
        .write("model.bin", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        .write(
            ".gitattributes",
            b"*.js filter=evil ident text eol=lf\n*.bin filter=lfs diff=lfs merge=lfs -text\n",
        )
        .write(".lfsconfig", b"[lfs]\n\turl = https://example.invalid\n")
        .write(".githooks/post-checkout", format!("#!/bin/sh\n{touch}\n").as_bytes())
        .write("node_modules/x/index.js", b"copy");
    symlink("/etc/passwd", repository.folder().join("passwd")).unwrap();
    symlink(".githooks", repository.folder().join("folder-link")).unwrap();
    let library_url = library.folder().display().to_string();
    repository.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &library_url,
        "library",
    ]);
    repository.commit();
    for hook in ["post-checkout", "post-merge", "reference-transaction", "post-index-change"] {
        let path = repository.folder().join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{touch}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    repository.git(&["config", "filter.evil.smudge", &touch]);
    repository.git(&["config", "core.hooksPath", ".githooks"]);

    let tree = repository.read(None, None).unwrap();
    assert!(!acted.exists(), "something of the repository ran");
    assert_eq!(
        paths(&tree),
        [".gitattributes", ".githooks/post-checkout", ".gitmodules", ".lfsconfig", "a.js", "model.bin"]
    );
    assert!(tree.file("model.bin").unwrap().text().unwrap().contains("git-lfs"));
    assert_eq!(
        left_out(&tree),
        [
            ("folder-link", LeftOutReason::Link),
            ("library", LeftOutReason::Link),
            ("node_modules", LeftOutReason::DependencyFolder),
            ("passwd", LeftOutReason::Link),
        ]
    );
    let error = repository.read(None, Some("folder-link")).unwrap_err();
    assert!(matches!(error, SourceError::NoSubfolder { .. }), "a link is no folder");
}

#[test]
fn limits_of_the_tree() {
    let repository = Repository::new();
    repository.write("a.js", b"1234").write("b.js", b"12").write("c/d.js", b"1").write("run", b"#!/bin/sh");
    fs::set_permissions(repository.folder().join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    repository.commit();
    let limits = Limits { total_bytes: 8, ..Limits::default() };
    let tree = read_git(&repository.reference(None, None), &limits, &options()).unwrap();
    assert_eq!(paths(&tree), ["a.js", "b.js", "c/d.js"]);
    assert_eq!(left_out(&tree), [("run", LeftOutReason::TooManyBytes)]);
    let limits = Limits { files: 1, file_bytes: 2, ..Limits::default() };
    let tree = read_git(&repository.reference(None, None), &limits, &options()).unwrap();
    assert!(matches!(tree.file("a.js").unwrap().content, FileContent::Binary { .. }));
    assert_eq!(tree.left_out.len(), 4);
    assert!(repository.read(None, None).unwrap().file("run").unwrap().executable);
}

#[test]
fn what_git_says_is_repeated() {
    let reference = GitRef::parse("https://localhost:1/o/r").unwrap();
    // Without the machine's proxy, which would answer in its own words.
    let mut options = options();
    options.environment.retain(|(name, _)| name == "PATH");
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert!(error.to_string().contains("unable to access"), "{error}");
}

/// Options under which `git` is a shell script.
fn fake_git(folder: &Path, script: &str) -> GitOptions {
    let path = folder.join("git");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    GitOptions {
        token: None,
        environment: vec![("PATH".into(), folder.into()), ("LD_PRELOAD".into(), "x".into())],
        time_limit: Duration::from_secs(1),
        disk_bytes: 1 << 20,
        resolve: None,
    }
}

#[test]
fn git_is_told_the_address_that_was_looked_up() {
    let folder = tempfile::tempdir().unwrap();
    let script = "case \"$*\" in *http.curloptResolve=example.com:443:192.0.2.1*) echo 'fatal: told' >&2 ;; esac; exit 1";
    let resolve = Some("example.com:443:192.0.2.1".to_owned());
    let options = GitOptions { resolve, ..fake_git(folder.path(), script) };
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert_eq!(error.to_string(), "cannot clone https://example.com/o/r: told");
}

#[test]
fn a_clone_without_end_is_killed_with_all_its_processes() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    let script = format!("(while :; do :; done) & echo $! > {}; wait", pid.display());
    let options = fake_git(folder.path(), &script);
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert!(matches!(error, SourceError::GitTime { .. }), "{error:?}");
    let status = format!("/proc/{}/stat", fs::read_to_string(pid).unwrap().trim());
    // The signal is sent; the other processor may need a moment to act on it.
    let is_dead = || match fs::read_to_string(&status) {
        Ok(status) => status.contains(") Z ") || status.contains(") X "),
        Err(_) => true,
    };
    assert!(
        (0..1000).any(|_| is_dead() || {
            thread::sleep(Duration::from_millis(5));
            false
        }),
        "it lives on"
    );
}

#[test]
fn a_clone_without_bounds_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let options = GitOptions {
        time_limit: Duration::from_secs(60),
        ..fake_git(folder.path(), "while :; do echo 0123456789012345678901234567890123456789; done")
    };
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert!(matches!(error, SourceError::GitTooLarge { .. }), "{error:?}");
}

#[test]
fn git_sees_nothing_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo \"fatal: $LD_PRELOAD|$GIT_ALLOW_PROTOCOL|$GIT_CONFIG_GLOBAL\x1b[31m\" >&2; exit 1";
    let options = fake_git(folder.path(), script);
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert_eq!(error.to_string(), "cannot clone https://example.com/o/r: |https|/dev/null[31m");
}

#[test]
fn complaints_with_a_mend() {
    let folder = tempfile::tempdir().unwrap();
    for (line, expected) in [
        ("unable to access 'x': The requested URL returned error: 301", "name its present address"),
        ("could not read Username for 'x': terminal prompts disabled", "name its folder"),
    ] {
        let options = fake_git(folder.path(), &format!("echo \"fatal: {line}\" >&2; exit 128"));
        let reference = GitRef::parse("https://example.com/o/r").unwrap();
        let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

#[test]
fn no_git() {
    let options =
        GitOptions { environment: vec![("PATH".into(), "/nonexistent".into())], ..GitOptions::default() };
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert!(matches!(error, SourceError::GitMissing { .. }), "{error:?}");
}

#[test]
fn a_token_is_told_to_git_alone() {
    let folder = tempfile::tempdir().unwrap();
    // Tells what the helper answered, and whether the token is where others could read it.
    let script = r#"PATH=/usr/bin:/bin
case "$*" in *fetch*) ;; *) exit 0 ;; esac
for file in /proc/$$/cmdline /proc/$$/environ; do
  if tr '\0' '\n' <$file | grep -q canary; then echo "fatal: $file has it" >&2; exit 1; fi
done
user=$("$GIT_ASKPASS" "Username for 'https://example.com': ")
word=$("$GIT_ASKPASS" "Password for 'https://x-access-token@example.com': ")
if [ "$user" = x-access-token ] && [ "$word" = canary-0123 ]; then echo 'fatal: told' >&2; fi
exit 1"#;
    let token = GitToken::new("canary-0123".to_owned());
    let options = GitOptions { token, ..fake_git(folder.path(), script) };
    assert!(!format!("{options:?}").contains("canary"));
    let reference = GitRef::parse("https://example.com/o/r").unwrap();
    let error = read_git(&reference, &Limits::default(), &options).unwrap_err();
    assert_eq!(error.to_string(), "cannot clone https://example.com/o/r: told");
    for wrong in ["", "a b", "a\nb", "é"] {
        assert!(GitToken::new(wrong.to_owned()).is_none(), "{wrong:?}");
    }
}
