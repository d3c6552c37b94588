//! Ignore comments, in one's own tree and in a stranger's.

use crate::{Workspace, rules};

const IGNORED: &str = "# sigyl: ignore[dockerfile-root] the engine is rootless
FROM node:22@sha256:0000000000000000000000000000000000000000000000000000000000000000
# sigyl: ignore[dockerfile-root]
CMD [\"node\"]  # sigyl: ignore[unpinned-base-image] nothing here
# sigyl: ignore[no-such-rule] why not
";

fn workspace() -> Workspace {
    Workspace::new(&[
        ("server/Dockerfile", IGNORED),
        ("server/a.js", "console.log('// sigyl: ignore[dockerfile-root] in a string');\n"),
    ])
}

#[test]
fn own_comments_count() {
    let report = workspace().run_in("server", &["scan", ".", "--format", "json"], &[]).json();
    assert_eq!(rules(&report), ["ignore-without-reason", "unused-ignore", "unused-ignore"]);
    let suppressed = report["suppressed"].as_array().unwrap();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["suppression"]["by"], "comment");
    assert_eq!(suppressed[0]["suppression"]["reason"], "the engine is rootless");
    assert_eq!(suppressed[0]["suppression"]["line"], 1);
}

#[test]
fn a_strangers_comments_do_not() {
    let report = workspace().run(&["scan", "server", "--format", "json"]).json();
    assert_eq!(rules(&report), ["untrusted-suppression", "dockerfile-root"]);
    assert!(report["suppressed"].as_array().unwrap().is_empty());
    assert_eq!(
        report["findings"][0]["message"],
        "the first of 4 ignore comments in a tree that is not yours; none is honoured"
    );
}

#[test]
fn a_strangers_files_of_settings_are_reported() {
    let workspace = workspace();
    workspace.write("server/sigyl.toml", "[[exclude]]\nglob = \"**\"\nreason = \"trust me\"\n");
    workspace.write("server/sigyl-baseline.json", "{}");
    let report = workspace.run(&["scan", "server", "--format", "json"]).json();
    let named: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "untrusted-suppression")
        .map(|finding| finding["location"]["path"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["Dockerfile", "sigyl-baseline.json", "sigyl.toml"]);
}
