//! Every format, on ordinary and on hostile trees.

use crate::{WARNS, Workspace, severity};

#[test]
fn text() {
    let workspace = Workspace::new(WARNS);
    workspace.write("tool.go", "package main\n");
    insta::assert_snapshot!(workspace.run(&["scan", "."]).out);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(Workspace::new(WARNS).run(&["scan", ".", "--format", "markdown"]).out);
}

#[test]
fn github() {
    let workspace = Workspace::new(WARNS);
    workspace.write("sigyl.toml", &severity("block"));
    insta::assert_snapshot!(workspace.run(&["scan", ".", "--format", "github"]).out);
}

#[test]
fn an_output_file_is_replaced_in_one_step() {
    let workspace = Workspace::new(WARNS);
    workspace.write("out/report.json", "old");
    let answer = workspace.run(&["scan", ".", "--format", "json", "--output", "out/report.json"]);
    assert_eq!((answer.code, answer.out.as_str()), (0, ""));
    assert!(workspace.read("out/report.json").starts_with("{\n"));
    let left: Vec<_> = std::fs::read_dir(workspace.path().join("out")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[cfg(unix)]
#[test]
fn an_output_file_is_readable_and_a_link_stays_one() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let workspace = Workspace::new(WARNS);
    workspace.write("out/real.txt", "old");
    symlink("real.txt", workspace.path().join("out/link.txt")).unwrap();
    workspace.run(&["scan", ".", "--output", "out/link.txt"]);
    assert!(workspace.read("out/real.txt").starts_with("warning: "));
    assert!(workspace.path().join("out/link.txt").is_symlink());
    let mode = std::fs::metadata(workspace.path().join("out/real.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o600, 0o600);
    assert_ne!(mode & 0o044, 0, "others could read it before: {mode:o}");
    assert_eq!(workspace.run(&["scan", ".", "--output", "/dev/null"]).code, 0);
}

#[test]
fn colours_only_where_they_are_seen() {
    let workspace = Workspace::new(WARNS);
    let coloured =
        |environment: &[(&str, &str)]| workspace.run_in("", &["scan", "."], environment).out.contains('\x1b');
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("NO_COLOR", "1")]));
    assert!(!coloured(&[("NO_COLOR", "1"), ("CLICOLOR", "1")]));
    let forced = &[("CLICOLOR_FORCE", "1")];
    for format in ["json", "sarif", "markdown", "github"] {
        let out = workspace.run_in("", &["scan", ".", "--format", format], forced).out;
        assert!(!out.contains('\x1b'), "{format}");
    }
    workspace.run_in("", &["scan", ".", "--output", "r.txt"], forced);
    assert!(!workspace.read("r.txt").contains('\x1b'));
}

#[test]
fn hostile_text_reaches_no_terminal_and_no_workflow() {
    let workspace = Workspace::new(&[
        ("Dockerfile\n::set-env name=A::b", "FROM a"),
        (
            "Dockerfile",
            "FROM \x1b]0;owned\x07\u{202e}x|<img>\u{9b}2J::warning::%0A\n::stop-commands::x\nUSER root\x1b[2J\n",
        ),
        ("a.js", "console.log(1);\n"),
    ]);
    for format in ["text", "markdown", "github"] {
        let out = workspace.run(&["scan", ".", "--format", format]).out;
        assert!(!out.contains(['\x1b', '\x07', '\u{202e}', '\u{9b}']), "{format}: {out}");
    }
    let out = workspace.run(&["scan", ".", "--format", "github"]).out;
    for line in out.lines().filter(|line| line.starts_with("::")) {
        let command = line.split([' ', ':']).nth(2).unwrap();
        assert!(["notice", "warning", "error"].contains(&command), "{line}");
    }
}

#[test]
fn the_report_does_not_depend_on_threads() {
    let workspace = Workspace::new(WARNS);
    for number in 0..20 {
        workspace.write(&format!("d{number}/Dockerfile"), "FROM node\n");
    }
    let one = workspace.run(&["scan", ".", "--format", "json", "--threads", "1"]).out;
    assert_eq!(one, workspace.run(&["scan", ".", "--format", "json", "--threads", "7"]).out);
}
