//! What must not be among the dependencies.

use std::process::Command;

#[test]
fn one_provider_of_cryptography() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--workspace", "--prefix", "none", "--edges", "normal,build"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let has = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    assert!(has("aws-lc-rs") && has("sqlx-postgres"), "{tree}");
    for name in ["ring", "openssl", "openssl-sys", "native-tls"] {
        assert!(!has(name), "{name}");
    }
}
