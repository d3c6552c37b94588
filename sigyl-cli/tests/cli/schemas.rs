//! What is printed fits the schemas that describe it.

use serde_json::Value;

use crate::{WARNS, Workspace, json_schema::problems};

fn documented(name: &str) -> Value {
    let path = format!("{}/../docs/schema/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn assert_fits(schema: &Value, value: &Value) {
    let problems = problems(schema, value);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn documented_schemas_are_current() {
    let workspace = Workspace::new(&[]);
    for name in [
        "baseline.v1",
        "lock.v1",
        "manifest.v1",
        "manifest-check.v1",
        "pin-check.v1",
        "plan.v1",
        "receipt.v1",
        "report.v1",
        "rules.v1",
    ] {
        let printed = workspace.run(&["schema", name]).json();
        assert_eq!(
            printed,
            documented(name),
            "run: cargo run -p sigyl-cli -- schema {name} > docs/schema/{name}.json"
        );
    }
}

#[test]
fn json_outputs_fit() {
    let workspace = Workspace::new(WARNS);
    workspace.write("tool.go", "package main\n");
    let report = workspace.run(&["scan", ".", "--format", "json"]).json();
    for key in [
        "verdict",
        "summary",
        "findings",
        "recommendations",
        "tools",
        "not_analysed",
        "suppressed",
        "rules_run",
        "tree_digest",
        "manifest",
    ] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert_fits(&documented("report.v1"), &report);
    assert_fits(&documented("rules.v1"), &workspace.run(&["rules", "list", "--format", "json"]).json());
    assert_fits(&documented("manifest.v1"), &workspace.run(&["manifest", "show"]).json());
    let receipt = workspace.run(&["scan", ".", "--format", "receipt"]).json();
    assert_fits(&documented("receipt.v1"), &receipt);
    workspace.write("mcp.yaml", "name: 3\n");
    let check = workspace.run(&["manifest", "check", "--format", "json"]);
    assert_eq!(check.code, 1);
    assert_fits(&documented("manifest-check.v1"), &check.json());
    workspace.run(&["scan", ".", "--write-baseline", "b.json", "--reason", "known"]);
    assert_fits(&documented("baseline.v1"), &serde_json::from_str(&workspace.read("b.json")).unwrap());
}

#[test]
fn sarif_fits_the_official_schema() {
    let schema: Value = serde_json::from_str(include_str!("data/sarif-schema-2.1.0.json")).unwrap();
    let workspace = Workspace::new(WARNS);
    workspace.write("odd ü/tool.go", "package main\n");
    workspace.write("vulnerable.py", VULNERABLE);
    workspace.write("package.json", "{\"name\": 3}");
    let sarif = workspace.run(&["scan", ".", "--format", "sarif"]).json();
    assert_fits(&schema, &sarif);

    let run = &sarif["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let result = &run["results"][0];
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let tags =
        rules.iter().find(|rule| rule["id"] == "dockerfile-weakness").unwrap()["properties"]["tags"].clone();
    assert!(tags.as_array().unwrap().contains(&Value::from("external/cwe/cwe-732")), "{tags}");
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let uris: Vec<_> = notes
        .iter()
        .map(|note| note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    assert!(uris.contains(&"odd%20%C3%BC/tool.go"), "{uris:?}");
}

#[test]
fn suppressed_results_are_left_out_of_sarif() {
    let workspace = Workspace::new(WARNS);
    let all = workspace.run(&["scan", ".", "--format", "sarif"]).json();
    let kept = workspace.run(&["scan", ".", "--format", "sarif", "--exclude", "Dockerfile"]).json();
    let count = |sarif: &Value| sarif["runs"][0]["results"].as_array().unwrap().len();
    assert_eq!((count(&all), count(&kept)), (1, 0));
}

/// Something that data flows through.
const VULNERABLE: &str = "import os
from mcp.server.fastmcp import FastMCP

mcp = FastMCP(\"demo\")


@mcp.tool()
def run(command: str) -> int:
    return os.system(command)
";
