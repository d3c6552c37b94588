//! Known vulnerabilities: imported, told about, compared with dependencies.

use crate::Workspace;

const ENTRY: &str = r#"{"id": "T-1", "modified": "2020-05-06T00:00:00Z", "aliases": ["CVE-2000-0001"],
    "database_specific": {"severity": "CRITICAL"}, "affected": [{"package": {"ecosystem": "npm", "name": "acme"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}"#;

fn server(version: &str) -> Workspace {
    let lock = format!(
        r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"acme": "^1.0.0"}}}},
        "node_modules/acme": {{"version": "{version}"}}}}}}"#
    );
    Workspace::new(&[
        ("server/index.js", "console.log(1);\n"),
        ("server/package-lock.json", &lock),
        ("osv/T-1.json", ENTRY),
        (
            "osv/T-2.json",
            &ENTRY.replace("\"aliases\"", "\"withdrawn\": \"2021-01-01T00:00:00Z\", \"aliases\""),
        ),
        ("osv/T-3.json", &ENTRY.replace("npm", "Maven")),
        ("osv/broken.json", "{\"id\": 3}"),
        ("osv/README.md", "# no entry"),
    ])
}

#[test]
fn what_is_imported_is_found() {
    let workspace = server("1.1.0");
    let before = workspace.run(&["scan", "server"]);
    assert_eq!(before.code, 0);
    assert!(before.out.contains("not checked for known vulnerabilities"), "{}", before.out);
    assert!(before.out.starts_with("safe"), "{}", before.out);

    let imported = workspace.run(&["advisories", "import", "osv", "--advisories", "data/known"]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert!(imported.out.starts_with("1 advisory in data/known\n"), "{}", imported.out);
    for why in
        ["1 withdrawn: T-2.json", "1 of other ecosystems", "1 not in OSV's format: broken.json", "1 no JSON"]
    {
        assert!(imported.out.contains(why), "{why}: {}", imported.out);
    }

    let after = workspace.run(&["scan", "server", "--advisories", "data/known", "--format", "json"]);
    assert_eq!(after.code, 1);
    let report = after.json();
    assert_eq!(report["findings"][0]["rule"], "vulnerable-dependency");
    assert!(report["findings"][0]["message"].as_str().unwrap().contains("CVE-2000-0001"));
    assert_eq!(report["dependencies"]["advisories"]["is_stale"], true);
    let text = workspace.run(&["scan", "server", "--advisories", "data/known"]).out;
    assert!(text.contains("compared with 1 advisories, ") && text.contains("stale"), "{text}");
}

#[test]
fn every_format_tells_what_dependencies_were_compared_with() {
    let workspace = server("1.2.0");
    workspace.run(&["advisories", "import", "osv/T-1.json", "--advisories", "known"]);
    let told = |format: &str, more: &[&str]| {
        workspace.run(&[&["scan", "server", "--format", format], more].concat()).out
    };
    for format in ["text", "markdown", "github", "sarif"] {
        let out = told(format, &[]);
        assert!(out.contains("not checked for known vulnerabilities"), "{format}: {out}");
        let out = told(format, &["--advisories", "known"]);
        assert!(out.contains("compared with 1 advisories, ") && out.contains("stale"), "{format}: {out}");
    }
    let log = workspace.run(&["scan", "server", "--format", "sarif"]).json();
    assert!(log["runs"][0]["properties"]["dependencies"]["advisories"].is_null());
    let notes = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notes[0]["level"], "warning");
    let schema = serde_json::from_str(include_str!("data/sarif-schema-2.1.0.json")).unwrap();
    assert_eq!(crate::json_schema::problems(&schema, &log), [""; 0]);
    let aware = told("github", &[]);
    assert!(aware.lines().any(|line| line.starts_with("::notice title=dependencies::")), "{aware}");
}

#[test]
fn a_mended_version_is_quiet() {
    let workspace = server("1.2.0");
    workspace.run(&["advisories", "import", "osv/T-1.json", "--advisories", "known"]);
    let scan = workspace.run_in("", &["scan", "server"], &[("SIGYL_ADVISORIES", "known")]);
    assert_eq!(scan.code, 0, "{}", scan.out);
    assert!(scan.out.starts_with("safe") && scan.out.contains("compared with"), "{}", scan.out);
}

#[test]
fn the_data_folder_is_the_default() {
    let workspace = server("1.1.0");
    let home = workspace.path().to_str().unwrap().to_owned();
    let environment = [("XDG_DATA_HOME", home.as_str())];
    let none = workspace.run_in("", &["advisories", "status"], &environment);
    assert!(none.code == 0 && none.out.starts_with("no advisories in "), "{}", none.out);
    assert_eq!(workspace.run_in("", &["advisories", "import", "osv"], &environment).code, 0);
    let status = workspace.run_in("", &["advisories", "status"], &environment).out;
    assert!(status.contains("1 advisory in ") && status.contains("newest of 2020-05-06"), "{status}");
    assert!(status.contains("stale") && status.contains("  osv: 1\n"), "{status}");
    assert_eq!(workspace.run_in("", &["scan", "server"], &environment).code, 1);
}

#[test]
fn failures_keep_what_was_there() {
    let workspace = server("1.1.0");
    workspace.run(&["advisories", "import", "osv", "--advisories", "known"]);
    let before = workspace.read("known");
    let nothing = workspace.run(&["advisories", "import", "osv/T-3.json", "--advisories", "known"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("no advisory was taken"), "{}", nothing.err);
    assert_eq!(workspace.run(&["advisories", "import", "missing.zip", "--advisories", "known"]).code, 2);
    assert_eq!(workspace.read("known"), before);

    assert_eq!(workspace.run(&["scan", "server", "--advisories", "missing"]).code, 2);
    workspace.write("known", &before[..before.len() - 5]);
    let damaged = workspace.run(&["scan", "server", "--advisories", "known"]);
    assert!(damaged.code == 2 && damaged.err.contains("import them again"), "{}", damaged.err);
    let homeless = workspace.run(&["advisories", "import", "osv"]);
    assert!(homeless.code == 2 && homeless.err.contains("--advisories"), "{}", homeless.err);
}
