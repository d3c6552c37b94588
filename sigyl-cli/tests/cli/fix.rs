//! `sigyl scan --fix`: seen first, written in one step, and only what was scanned.

use std::{fs, process::Command};

use crate::Workspace;

const SERVER: &str = "import os
import yaml
from mcp.server.fastmcp import FastMCP

mcp = FastMCP(\"demo\")


@mcp.tool()
def look(name: str) -> str:
    os.system(f\"nslookup {name}\")
    return yaml.load(name, Loader=yaml.Loader)


@mcp.tool()
def run(command: str) -> str:
    os.system(command)
    return \"done\"
";

fn workspace() -> Workspace {
    Workspace::new(&[("server/src/app.py", SERVER), ("server/requirements.txt", "mcp==1.0.0\n")])
}

#[test]
fn a_preview_is_a_patch_and_changes_nothing() {
    let workspace = workspace();
    let preview = workspace.run(&["scan", "server", "--fix=preview"]);
    assert_eq!(preview.code, 1, "what is found is found: {preview:?}");
    assert_eq!(workspace.read("server/src/app.py"), SERVER);
    assert!(preview.err.contains("2 findings would be mended in 1 file"), "{}", preview.err);
    workspace.write("change.patch", &preview.out);
    let git = Command::new("git")
        .args(["apply", "--directory=server", "change.patch"])
        .current_dir(workspace.path())
        .output()
        .unwrap();
    assert!(git.status.success(), "{}\n{}", String::from_utf8_lossy(&git.stderr), preview.out);
    let patched = workspace.read("server/src/app.py");
    workspace.write("server/src/app.py", SERVER);
    let fixed = workspace.run(&["scan", "server", "--fix", "--format", "json"]);
    assert_eq!(workspace.read("server/src/app.py"), patched);
    assert!(
        patched.contains("subprocess.run([\"nslookup\", name])") && patched.contains("yaml.safe_load(name)")
    );
    assert!(patched.contains("os.system(command)"));
    assert!(fixed.err.contains("2 findings mended in 1 file"), "{}", fixed.err);
    // The report is of what lies there now.
    let report = fixed.json();
    let rules = crate::rules(&report);
    assert!(rules.contains(&"command-injection") && !rules.contains(&"unsafe-deserialization"), "{rules:?}");
    assert_eq!(fs::read_dir(workspace.path().join("server/src")).unwrap().count(), 1);

    let nothing = workspace.run(&["scan", "server", "--fix=preview"]);
    assert_eq!(nothing.out, "");
    assert!(nothing.err.contains("0 findings would be mended in 0 files"), "{}", nothing.err);
}

#[test]
fn a_single_file_is_mended() {
    let workspace = workspace();
    let answer = workspace.run(&["scan", "server/src/app.py", "--fix"]);
    assert!(answer.err.contains("2 findings mended in 1 file"), "{}", answer.err);
    assert!(workspace.read("server/src/app.py").contains("yaml.safe_load"));
}

#[test]
fn changes_that_git_does_not_have_are_said() {
    let workspace = workspace();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(workspace.path().join("server"));
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    let clean = workspace.run(&["scan", "server", "--fix"]);
    assert!(!clean.err.contains("Git does not have"), "{}", clean.err);
    workspace.write("server/src/app.py", &format!("{SERVER}\n"));
    let dirty = workspace.run(&["scan", "server", "--fix"]);
    assert!(dirty.err.contains("src/app.py had changes that Git does not have"), "{}", dirty.err);
}

#[test]
fn only_files_of_this_computer() {
    let workspace = workspace();
    let answer = workspace.run(&["scan", "npm:a@1.0.0", "--fix"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("--fix mends a folder or a file"), "{}", answer.err);
    assert_eq!(workspace.run(&["scan", "--fix"]).code, 2);
    assert_eq!(workspace.run(&["scan", "server", "--fix=maybe"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_said() {
    use std::os::unix::fs::symlink;

    let workspace = workspace();
    fs::rename(workspace.path().join("server/src/app.py"), workspace.path().join("app.py")).unwrap();
    symlink("../../app.py", workspace.path().join("server/src/app.py")).unwrap();
    workspace.run(&["scan", "server", "--fix"]);
    assert_eq!(workspace.read("app.py"), SERVER, "nothing is followed");
}

#[test]
fn mends_are_in_sarif_and_json() {
    let workspace = workspace();
    let sarif = workspace.run(&["scan", "server", "--format", "sarif"]).json();
    let schema = serde_json::from_str(include_str!("data/sarif-schema-2.1.0.json")).unwrap();
    assert_eq!(crate::json_schema::problems(&schema, &sarif), [""; 0]);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let with = results.iter().filter(|result| !result["fixes"].is_null()).count();
    assert_eq!(with, 2);
    let report = workspace.run(&["scan", "server", "--format", "json"]).json();
    let fixes: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|it| !it["fix"].is_null()).collect();
    assert_eq!(fixes.len(), 2);
    for finding in fixes {
        for edit in finding["fix"]["edits"].as_array().unwrap() {
            assert_eq!(edit["location"]["path"], "src/app.py");
            assert!(edit["start_byte"].as_u64() <= edit["end_byte"].as_u64());
        }
    }
}
