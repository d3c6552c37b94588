//! What must not be among the dependencies.

use std::process::Command;

#[test]
fn one_provider_of_cryptography() {
    let everything = ["--workspace"].as_slice();
    let every_backend = ["--package", "sigyl-deploy", "--all-features"].as_slice();
    for (what, needed) in [(everything, "sqlx-postgres"), (every_backend, "reqwest")] {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--offline", "--prefix", "none", "--edges", "normal,build"])
            .args(what)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .output()
            .unwrap();
        let tree = String::from_utf8(tree.stdout).unwrap();
        let has = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
        assert!(has("aws-lc-rs") && has(needed), "{tree}");
        for name in ["ring", "openssl", "openssl-sys", "native-tls"] {
            assert!(!has(name), "{name}");
        }
    }
}
