//! Configuration, thresholds, policies, baselines, and whose tree it is.

use crate::{WARNS, Workspace, rules, severity};

#[test]
fn exit_codes() {
    for (finding, fail_on, code) in [
        ("warning", None, 0),
        ("warning", Some("warning"), 1),
        ("error", None, 1),
        ("error", Some("block"), 0),
        ("block", None, 1),
        ("block", Some("block"), 1),
        ("block", Some("never"), 0),
        ("info", Some("warning"), 0),
    ] {
        let workspace = Workspace::new(WARNS);
        workspace.write("sigyl.toml", &severity(finding));
        let mut arguments = vec!["scan", "."];
        arguments.extend(fail_on.map(|_| "--fail-on"));
        arguments.extend(fail_on);
        let answer = workspace.run(&arguments);
        assert_eq!(answer.code, code, "{finding} {fail_on:?}: {}{}", answer.out, answer.err);
    }
}

#[test]
fn two_beats_three_beats_one() {
    let workspace = Workspace::new(WARNS);
    workspace.write("tool.go", "package main\n");
    workspace.write("sigyl.toml", &severity("block"));
    assert_eq!(workspace.run(&["scan", "."]).code, 1);
    assert_eq!(workspace.run(&["scan", ".", "--not-analysed", "block"]).code, 3);
    let nowhere = &["scan", ".", "--not-analysed", "block", "--output", "missing/folder/report"];
    assert_eq!(workspace.run(nowhere).code, 2);
    for wrong in
        [&["scan"][..], &["scan", "missing"], &["scan", ".", "--exclude", "a["], &["scan", ".", "--nope"]]
    {
        let answer = workspace.run(wrong);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{wrong:?}");
        assert!(answer.err.starts_with("error: "), "{}", answer.err);
    }
}

#[test]
fn nothing_read_is_blocked() {
    let workspace = Workspace::new(&[("README.md", "hello\n")]);
    let answer = workspace.run(&["scan", "."]);
    assert_eq!(answer.code, 1);
    assert!(answer.out.starts_with("blocked: no source code was read"), "{}", answer.out);
}

#[test]
fn policy_of_the_configuration() {
    let workspace = Workspace::new(WARNS);
    workspace.write("sigyl.toml", "[policy]\nfail_on = \"warning\"\n");
    assert_eq!(workspace.run(&["scan", "."]).code, 1);
    assert_eq!(workspace.run(&["scan", ".", "--fail-on", "error"]).code, 0);
    workspace.write("sigyl.toml", "[policy]\nnot_analysed = \"block\"\n");
    workspace.write("tool.go", "package main\n");
    assert_eq!(workspace.run(&["scan", "."]).code, 3);
    assert_eq!(workspace.run(&["scan", ".", "--not-analysed", "warn"]).code, 0);
}

#[test]
fn disabled_rules_and_excluded_paths() {
    let workspace = Workspace::new(WARNS);
    workspace.write(
        "sigyl.toml",
        "[rules]\ndockerfile-weakness = { disabled = true, reason = \"rootless engine\" }\n",
    );
    let report = workspace.run(&["scan", ".", "--format", "json"]).json();
    assert!(rules(&report).is_empty());
    assert!(!report["rules_run"].as_array().unwrap().contains(&"dockerfile-weakness".into()));

    workspace.write("sigyl.toml", "[[exclude]]\nglob = \"Docker*\"\nreason = \"not ours\"\n");
    let report = workspace.run(&["scan", ".", "--format", "json"]).json();
    assert_eq!(report["suppressed"][0]["suppression"]["reason"], "not ours");
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn mistakes_are_told_all_at_once() {
    let workspace = Workspace::new(WARNS);
    workspace.write("sigyl.toml", "[rules]\ndockerfile-rot = { severity = \"fatal\" }\n[polcy]\n");
    let answer = workspace.run(&["scan", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    insta::assert_snapshot!(answer.err);
}

#[test]
fn whose_configuration_counts() {
    let workspace = Workspace::new(&[]);
    for (path, text) in WARNS {
        workspace.write(&format!("server/{path}"), text);
    }
    workspace.write("server/sigyl.toml", &severity("block"));
    workspace.write("server/deep/x.txt", "");
    let worst = |below: &str, arguments: &[&str]| {
        let mut all = vec!["scan", "--format", "json"];
        all.extend(arguments);
        let report = workspace.run_in(below, &all, &[]).json();
        let found = report["findings"].as_array().unwrap();
        let of = found.iter().find(|finding| finding["rule"] == "dockerfile-weakness").unwrap();
        (of["severity"].as_str().unwrap().to_owned(), rules(&report).contains(&"untrusted-suppression"))
    };
    // The current folder, and one that holds it.
    assert_eq!(worst("server", &["."]), ("block".to_owned(), false));
    assert_eq!(worst("server/deep", &[".."]), ("block".to_owned(), false));
    // A folder below, unless it is said to be one's own.
    assert_eq!(worst("", &["server"]), ("warning".to_owned(), true));
    assert_eq!(worst("", &["server", "--trust"]), ("block".to_owned(), false));
    // A link to one's own folder changes nothing; neither does standing beside it.
    workspace.write("beside/x.txt", "");
    assert_eq!(worst("beside", &["../server"]), ("warning".to_owned(), true));
    // The caller's own configuration above a stranger's tree counts, a stranger's file named does not.
    workspace.write("sigyl.toml", &severity("error"));
    assert_eq!(worst("", &["server"]), ("error".to_owned(), true));
    assert_eq!(worst("beside", &["../server", "--config", "../sigyl.toml"]).0, "error");
    let refused = workspace.run(&["scan", "server", "--config", "server/sigyl.toml"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("not your own"), "{}", refused.err);
    assert_eq!(worst("", &["server", "--trust", "--config", "server/sigyl.toml"]).0, "block");
}

#[test]
fn configuration_is_not_looked_for_above_the_repository() {
    let workspace = Workspace::new(&[("sigyl.toml", "nonsense")]);
    for (path, text) in WARNS {
        workspace.write(&format!("repository/{path}"), text);
    }
    workspace.write("repository/.git/HEAD", "ref: refs/heads/main\n");
    assert_eq!(workspace.run_in("repository", &["scan", "."], &[]).code, 0);
}

#[test]
fn baselines_round_trip() {
    let workspace = Workspace::new(WARNS);
    let scan = &["scan", ".", "--format", "json", "--baseline", "accepted.json"];
    assert_eq!(workspace.run(scan).code, 2);
    let refused = workspace.run(&["scan", ".", "--write-baseline", "accepted.json"]);
    assert_eq!(refused.code, 2);
    let blank = workspace.run(&["scan", ".", "--write-baseline", "accepted.json", "--reason", " - "]);
    assert_eq!(blank.code, 2);

    let write = &["scan", ".", "--write-baseline", "accepted.json", "--reason", "before our time"];
    let written = workspace.run(write);
    assert_eq!((written.code, written.out.as_str()), (0, "accepted 1 finding in accepted.json\n"));
    let report = workspace.run(scan).json();
    assert!(rules(&report).is_empty());
    assert_eq!(report["suppressed"][0]["suppression"]["reason"], "before our time");

    // What is new is reported, and what was accepted keeps its reason; moved lines change nothing.
    workspace.write("Dockerfile", &format!("# a remark\n{}", WARNS[0].1));
    workspace.write("Dockerfile.dev", "FROM node:22\nUSER node\n");
    let report = workspace.run(scan).json();
    assert_eq!(rules(&report), ["unpinned-base-image"]);
    let again = &[
        "scan",
        ".",
        "--baseline",
        "accepted.json",
        "--write-baseline",
        "accepted.json",
        "--reason",
        "later",
    ];
    workspace.run(again);
    let baseline = workspace.read("accepted.json");
    assert!(baseline.contains("before our time"), "{baseline}");

    // Named in the configuration it counts, too.
    workspace.write("sigyl.toml", "baseline = \"accepted.json\"\n");
    assert!(
        rules(&workspace.run(&["scan", ".", "--format", "json"]).json())
            .iter()
            .all(|rule| *rule != "dockerfile-weakness")
    );
}
