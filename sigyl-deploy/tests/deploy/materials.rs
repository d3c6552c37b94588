//! Bills of materials.

use serde_json::Value;
use sigyl_deploy::{plan::PlanOptions, sbom::sbom};

use crate::support::{example, plan_of, plan_tree, tree};

#[test]
fn every_package_of_the_lock_file_with_its_hash() {
    for (name, least) in [("weather-typescript", 60), ("notes-python", 20)] {
        let (_, tree) = example(name);
        let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
        let bill = sbom(&plan, &tree);
        assert_eq!(bill, sbom(&plan, &tree));
        let components = bill["components"].as_array().unwrap();
        assert!(components.len() >= least, "{name}: {}", components.len());
        for component in components {
            assert!(!component["hashes"].as_array().unwrap().is_empty(), "{component}");
            assert!(component["version"].is_string(), "{component}");
            assert_eq!(component["purl"], component["bom-ref"]);
        }
        let mut seen: Vec<&Value> = components.iter().map(|it| &it["bom-ref"]).collect();
        seen.dedup();
        assert_eq!(seen.len(), components.len());
    }
}

#[test]
fn addresses_of_packages() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "node_modules/@a/b": {"version": "1.0.0+x", "license": "MIT", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="},
        "node_modules/c": {"version": "2.0.0", "dev": true, "license": "SEE LICENSE IN x", "integrity": "sha512-x"},
        "node_modules/d/node_modules/c": {"version": "2.0.0"}}}"#;
    let files = [
        ("package.json", r#"{"name": "s", "main": "index.js", "dependencies": {"@a/b": "1"}}"#),
        ("index.js", "new StdioServerTransport() // mcp"),
        ("package-lock.json", lock),
    ];
    let bill = sbom(&plan_of(&files), &tree(None, &files));
    insta::with_settings!({ snapshot_path => "plans", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("components", serde_json::to_string_pretty(&bill["components"]).unwrap());
    });
    let serial = bill["serialNumber"].as_str().unwrap();
    assert_eq!((serial.len(), &serial[..9]), (45, "urn:uuid:"));
}

#[test]
#[ignore = "writes bills for the test command, which holds them against the official schema"]
#[expect(clippy::disallowed_methods, reason = "the test command says where to write")]
fn bills_for_the_schema() {
    let folder = std::env::var_os("SIGYL_TEST_BILLS").expect("SIGYL_TEST_BILLS names a folder");
    for name in ["notes-python", "template-audience", "template-oauth-proxy", "weather-typescript"] {
        let (_, tree) = example(name);
        let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
        let path = std::path::Path::new(&folder).join(format!("{name}.cdx.json"));
        std::fs::write(path, serde_json::to_vec(&sbom(&plan, &tree)).unwrap()).unwrap();
    }
}
