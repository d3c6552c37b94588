//! Reports that are kept: told again only for the same question, and only where nobody else can write.

use std::fs;

use crate::{Answer, WARNS, Workspace, severity};

/// A workspace with a server in `server`, and a folder for the cache beside it.
fn workspace() -> Workspace {
    let workspace = Workspace::new(&[]);
    for (path, text) in WARNS {
        workspace.write(&format!("server/{path}"), text);
    }
    workspace
}

fn scan(workspace: &Workspace, more: &[&str]) -> Answer {
    let cache = workspace.path().join("cache");
    let format: &[&str] = if more.contains(&"--format") { &[] } else { &["--format", "json"] };
    let arguments = [&["scan", "server", "--verbose"], format, more].concat();
    workspace.run_in("", &arguments, &[("XDG_CACHE_HOME", cache.to_str().unwrap())])
}

fn is_kept(answer: &Answer) -> bool {
    assert!(answer.err.contains("report"), "{answer:?}");
    answer.err.contains("is kept from before")
}

/// The only entry.
fn entry(workspace: &Workspace) -> std::path::PathBuf {
    let mut entries = fs::read_dir(workspace.path().join("cache/sigyl/reports")).unwrap();
    let entry = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none());
    entry
}

#[test]
fn the_same_scan_is_told_again() {
    let workspace = workspace();
    let first = scan(&workspace, &[]);
    assert!(!is_kept(&first), "{}", first.err);
    let second = scan(&workspace, &[]);
    assert!(is_kept(&second), "{}", second.err);
    assert_eq!((first.code, &first.out), (second.code, &second.out));
    for format in ["text", "sarif", "markdown", "github"] {
        let (kept, new) =
            (scan(&workspace, &["--format", format]), scan(&workspace, &["--format", format, "--no-cache"]));
        assert!(is_kept(&kept));
        assert_eq!((kept.code, kept.out), (new.code, new.out), "{format}");
        assert_eq!(new.err, "");
    }
    // What decides the exit code alone needs no new scan.
    let strict = scan(&workspace, &["--fail-on", "warning"]);
    assert!(is_kept(&strict) && strict.code == 1, "{strict:?}");
}

#[test]
fn what_changes_a_report_makes_it_new() {
    let workspace = workspace();
    assert!(!is_kept(&scan(&workspace, &[])));
    workspace.write("strict.toml", &severity("block"));
    let strict = scan(&workspace, &["--config", "strict.toml"]);
    assert!(!is_kept(&strict) && strict.code == 1, "{strict:?}");
    assert!(!is_kept(&scan(&workspace, &["--exclude", "Dockerfile"])));
    assert!(!is_kept(&scan(&workspace, &["--trust"])));
    workspace.write("server/server.js", "console.log(2);\n");
    assert!(!is_kept(&scan(&workspace, &[])));
    workspace.write("server/server.js", "console.log(1);\n");
    assert!(is_kept(&scan(&workspace, &[])));
    workspace.write("server/mcp.yaml", "name: other\n");
    assert!(!is_kept(&scan(&workspace, &[])));
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        workspace.write("server/mcp.yaml", WARNS[2].1);
        assert!(is_kept(&scan(&workspace, &[])));
        symlink("server.js", workspace.path().join("server/link.js")).unwrap();
        let linked = scan(&workspace, &[]);
        assert!(!is_kept(&linked) && linked.out.contains("link.js"), "{linked:?}");
    }
}

#[test]
fn damaged_entries_are_said_and_replaced() {
    let workspace = workspace();
    let first = scan(&workspace, &[]);
    let entry = entry(&workspace);
    let whole = fs::read(&entry).unwrap();
    let forged = String::from_utf8(whole.clone()).unwrap().replace("\"warning\"", "\"safe\"");
    assert_ne!(forged.as_bytes(), whole);
    for damaged in [&b""[..], b"x", &whole[..whole.len() / 2], forged.as_bytes()] {
        fs::write(&entry, damaged).unwrap();
        let again = scan(&workspace, &[]);
        assert!(again.err.contains("is ignored"), "{}", again.err);
        assert_eq!(again.out, first.out);
        assert_eq!(fs::read(&entry).unwrap(), whole);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_write_is_not_used() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = workspace();
    scan(&workspace, &[]);
    let reports = workspace.path().join("cache/sigyl/reports");
    fs::set_permissions(&reports, fs::Permissions::from_mode(0o770)).unwrap();
    let open = scan(&workspace, &[]);
    assert!(open.code == 0 && open.err.contains("others may use the folder"), "{}", open.err);
    assert!(!open.err.contains("kept from before"));
}

#[test]
fn a_tree_cannot_bring_its_own_report() {
    let workspace = workspace();
    let cache = |place: &str| {
        let arguments = ["scan", "server", "--format", "json"];
        workspace.run_in("", &arguments, &[("SIGYL_CACHE_DIR", place)])
    };
    let inside = cache("server/.cache");
    assert!(inside.err.contains("it lies in what is scanned"), "{}", inside.err);
    assert!(!workspace.path().join("server/.cache").exists());
    fs::create_dir(workspace.path().join(".git")).unwrap();
    let beside = cache("cache");
    assert!(beside.err.contains("the repository of what is scanned"), "{}", beside.err);
    fs::remove_dir(workspace.path().join(".git")).unwrap();
    let used = cache("cache");
    assert_eq!((used.code, used.err.as_str()), (0, ""));
    assert_eq!(fs::read_dir(workspace.path().join("cache/reports")).unwrap().count(), 1);
}

#[test]
fn without_a_home_nothing_is_kept() {
    let workspace = workspace();
    let answer = workspace.run(&["scan", "server", "--verbose"]);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
}
