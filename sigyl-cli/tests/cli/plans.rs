//! `sigyl plan` and `sigyl verify`.

use serde_json::json;
use sigyl_core::secret::SigningKey;
use sigyl_deploy::provenance::Envelope;

use crate::Workspace;

const SAFE: &[(&str, &str)] = &[
    ("package.json", r#"{"name": "s", "version": "1.0.0", "type": "module", "main": "index.js"}"#),
    ("mcp.yaml", "name: s\ndescription: d\nversion: 1.0.0\nruntime: node\ntransport: http\nport: 3000\n"),
    ("index.js", "console.log(1);\n"),
];

#[test]
fn plans_for_people_programs_and_engines() {
    let workspace = Workspace::new(SAFE);
    let text = workspace.run(&["plan"]);
    assert_eq!(text.code, 0, "{text:?}");
    assert!(
        text.out.starts_with("s 1.0.0: node, HTTP\n") && text.out.contains("  start     node index.js\n"),
        "{text:?}"
    );
    let plan = workspace.run(&["plan", ".", "--format", "json"]).json();
    assert_eq!((&plan["planner"], &plan["port"]), (&json!("node"), &json!(3000)));
    let digest = format!("registry.example/node:22@sha256:{}", "0".repeat(64));
    let image = format!("node:22-slim={digest}");
    let first = workspace.run(&["plan", "--format", "dockerfile", "--image", &image]);
    assert!(first.out.contains(&format!("FROM {digest} AS run\n")), "{first:?}");
    assert_eq!(first.out, workspace.run(&["plan", "--format", "dockerfile", "--image", &image]).out);
}

#[test]
fn no_plan_without_a_scan_or_a_lock_file() {
    let workspace = Workspace::new(SAFE);
    workspace
        .write("package.json", r#"{"name": "s", "main": "index.js", "dependencies": {"left-pad": "^1"}}"#);
    let refused = workspace.run(&["plan"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.out.contains("error[no-lock-file]") && refused.out.contains("package.json:1:1"),
        "{refused:?}"
    );
    assert_eq!(workspace.run(&["plan", "--allow-unlocked"]).code, 0);
    workspace.write("run.go", "package main\n");
    assert_eq!(workspace.run(&["plan", "--allow-unlocked"]).code, 3);
    assert_eq!(workspace.run(&["plan", "--image", "node"]).code, 2);
}

#[test]
fn statements_are_verified() {
    let digest = "1".repeat(64);
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "s", "digest": { "sha256": digest } }],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://sigyl.dev/build/v1",
                "internalParameters": { "report": { "sha256": digest }, "plan": { "sha256": digest } },
                "resolvedDependencies": [{ "name": "tree", "digest": { "sha256": digest } }],
            },
            "runDetails": { "builder": { "id": "https://sigyl.example" } },
        },
    });
    let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let workspace = Workspace::new(&[]);
    workspace.write("s.json", &serde_json::to_string(&Envelope::sign(&statement, &key)).unwrap());
    workspace.write("key.pub", &key.public().to_pem());
    workspace.write("other.pub", &other.public().to_pem());
    let image = format!("sha256:{digest}");
    let good =
        workspace.run(&["verify", "s.json", "--key", "other.pub", "--key", "key.pub", "--image", &image]);
    assert_eq!(good.code, 0, "{good:?}");
    assert!(good.out.starts_with("verified: signed by "), "{good:?}");
    let wrong = format!("sha256:{}", "2".repeat(64));
    for arguments in [
        &["verify", "s.json", "--key", "other.pub"][..],
        &["verify", "s.json", "--key", "key.pub", "--image", &wrong],
        &["verify", "s.json", "--key", "key.pub", "--builder", "https://evil.example"],
    ] {
        assert_eq!(workspace.run(arguments).code, 1, "{arguments:?}");
    }
    assert_eq!(workspace.run(&["verify", "s.json", "--key", "s.json"]).code, 2);
    assert_eq!(workspace.run(&["verify", "s.json"]).code, 2);
}
