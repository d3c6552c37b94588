//! Every folder under `examples/` is a test: its report must be the one beside it, in `expected.json`.
//!
//! `cargo run -p sigyl-scan --example expected-reports` writes the files anew; read the difference before you keep it.

use std::path::{Path, PathBuf};

use sigyl_core::{Severity, Verdict};

#[path = "../../examples/expected-reports.rs"]
#[expect(dead_code, reason = "its `main` writes what is compared here")]
mod expected_reports;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

#[test]
fn every_example_has_its_expected_report() {
    let folders = expected_reports::folders(&examples()).unwrap();
    assert!(folders.len() >= 7, "{folders:?}");
    for folder in folders {
        let found = expected_reports::expected(&folder).unwrap();
        let written = std::fs::read_to_string(folder.join("expected.json")).unwrap_or_default();
        assert_eq!(
            found.trim(),
            written.trim(),
            "{}: run `cargo run -p sigyl-scan --example expected-reports` and read the difference",
            folder.display()
        );
    }
}

#[test]
fn verdicts_are_what_the_examples_are_for() {
    let verdict = |name: &str| expected_reports::report(&examples().join(name)).unwrap().verdict;
    for safe in ["weather-typescript", "notes-python"] {
        assert_eq!(verdict(safe), Verdict::Safe, "{safe}");
    }
    for template in ["template-audience", "template-oauth-proxy"] {
        assert_ne!(verdict(template), Verdict::Blocked, "{template}");
    }
    for blocked in ["vulnerable-typescript", "vulnerable-python", "poisoned-tools"] {
        assert_eq!(verdict(blocked), Verdict::Blocked, "{blocked}");
    }
}

#[test]
fn vulnerable_examples_show_what_they_were_made_to_show() {
    for name in ["vulnerable-typescript", "vulnerable-python"] {
        let report = expected_reports::report(&examples().join(name)).unwrap();
        for rule in [
            "token-passthrough",
            "weak-session-id",
            "session-as-auth",
            "open-redirect-uri",
            "static-client-id",
        ] {
            let found =
                report.findings.iter().any(|found| found.rule == rule && found.severity > Severity::Info);
            assert!(found, "{name} does not show {rule}");
        }
    }
}
