//! The smaller verbs, and help.

use crate::{WARNS, Workspace};

#[test]
fn rules_are_listed_and_explained() {
    let workspace = Workspace::new(&[]);
    let list = workspace.run(&["rules"]);
    assert_eq!(list.code, 0);
    assert!(list.out.contains("dockerfile-root  "), "{}", list.out);
    let ids: Vec<String> = workspace
        .run(&["rules", "list", "--format", "json"])
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap().to_owned())
        .collect();
    for id in &ids {
        let page = workspace.run(&["rules", "explain", id]);
        assert!(page.out.starts_with("# ") && page.out.contains(&format!("`{id}`")), "{id}");
    }
    let missing = workspace.run(&["rules", "explain", "dockerfile-rot"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("dockerfile-root"), "{}", missing.err);
}

#[test]
fn manifests_are_checked() {
    let workspace = Workspace::new(WARNS);
    let good = workspace.run(&["manifest", "check"]);
    assert_eq!((good.code, good.out.as_str()), (0, ".: valid\n"));
    workspace.write("broken/smithery.yaml", "runtime: container\nbuild:\n  dockerBuildPath: ..\n");
    for path in ["broken", "broken/smithery.yaml"] {
        let bad = workspace.run(&["manifest", "check", path]);
        assert_eq!(bad.code, 1, "{path}: {}", bad.out);
        assert!(bad.out.contains("smithery.yaml:3:"), "{path}: {}", bad.out);
    }
    assert_eq!(workspace.run(&["manifest", "check", "missing.yaml"]).code, 2);
}

#[test]
fn manifests_are_shown_and_begun() {
    let workspace = Workspace::new(&[("package.json", "{\"name\": \"demo\", \"version\": \"1.0.0\"}\n")]);
    let printed = workspace.run(&["manifest", "init", "--print"]).out;
    assert!(printed.contains("name: demo"), "{printed}");
    let wrote = workspace.run(&["manifest", "init"]);
    assert_eq!((wrote.code, wrote.out.as_str()), (0, "wrote ./mcp.yaml\n"));
    assert_eq!(workspace.read("mcp.yaml"), printed);
    assert_eq!(workspace.run(&["manifest", "init"]).code, 2);
    assert_eq!(workspace.run(&["manifest", "check", "mcp.yaml"]).code, 0);
    assert_eq!(workspace.run(&["manifest", "show"]).json()["name"], "demo");
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = Workspace::new(&[]).run(&["completions", shell]);
        assert!(answer.code == 0 && answer.out.contains("sigyl"), "{shell}");
    }
}

#[test]
fn every_help_has_an_example() {
    let workspace = Workspace::new(&[]);
    for verb in [
        &[][..],
        &["scan"],
        &["rules"],
        &["rules", "list"],
        &["rules", "explain"],
        &["manifest"],
        &["manifest", "check"],
        &["manifest", "show"],
        &["manifest", "init"],
        &["advisories"],
        &["advisories", "import"],
        &["advisories", "status"],
        &["pin"],
        &["serve"],
        &["login"],
        &["logout"],
        &["whoami"],
        &["plan"],
        &["verify"],
        &["publish"],
        &["search"],
        &["show"],
        &["install"],
        &["uninstall"],
        &["key"],
        &["secret"],
        &["workspace"],
        &["audit"],
        &["config"],
        &["config", "show"],
        &["db"],
        &["audit"],
        &["audit", "verify"],
        &["completions"],
    ] {
        let mut arguments = verb.to_vec();
        arguments.push("--help");
        let answer = workspace.run(&arguments);
        assert_eq!(answer.code, 0, "{verb:?}");
        assert!(answer.out.contains("Example"), "{verb:?}: {}", answer.out);
    }
}

#[test]
fn registries_are_arguments_without_credentials() {
    let workspace = Workspace::new(&[]);
    for flag in ["--npm-registry", "--pypi-index"] {
        let plain = workspace.run(&["scan", "npm:a@1.0.0", flag, "http://registry.example/"]);
        assert!(plain.code == 2 && plain.err.contains("https only"), "{}", plain.err);
        let secret = workspace.run(&["scan", "npm:a@1.0.0", flag, "https://user:canary@registry.example/"]);
        assert!(secret.code == 2 && !secret.err.contains("canary"), "{}", secret.err);
    }
}
