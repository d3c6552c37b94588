//! Secrets that the code reads and the manifest does not tell of.

use std::collections::BTreeMap;

use sigyl_core::{Class, Confidence, Manifest, Severity, manifest::ManifestFormat};

use crate::{
    context::{FileContext, TreeContext},
    files::{FileKind, FileRole},
    lexical::{Pattern, is_comment},
    rule::{Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct MissingSecretDeclaration;

static META: RuleMeta = RuleMeta {
    id: "missing-secret-declaration",
    title: "Secret not declared in the manifest",
    class: Class::ManifestMismatch,
    severity: Severity::Info,
    cwe: &[],
    owasp: Some("MCP01"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Declare the variable under `secrets` in mcp.yaml, with a description for whoever must provide it",
    ],
    page: include_str!("missing_secret_declaration.md"),
};

static READS: Pattern = Pattern::new(concat!(
    r#"(?-u)\b(?:process|Bun|Deno|import\.meta)\.env(?:\.get\(\s{0,8}["'`]|\[\s{0,8}["'`]|\??\.)([A-Z][A-Z0-9_]{2,80})\b"#,
    r#"|\bos\.(?:environ(?:\.get\(|\[|\.setdefault\(|\.pop\()|getenv\()\s{0,8}["']([A-Z][A-Z0-9_]{2,80})["']"#,
));
static TAKEN_APART: Pattern =
    Pattern::new(r"\b(?:const|let|var)[ \t]+\{([^{}]+)\}[ \t]*=[ \t]*process\.env\b");

/// Ends of names of variables that hold secrets.
const ENDS: &[&str] = &[
    "API_KEY",
    "APIKEY",
    "SECRET_KEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "AUTH_KEY",
    "SERVICE_KEY",
    "SERVICE_ROLE_KEY",
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIALS",
    "CREDENTIAL",
    "_PAT",
    "_PASS",
];

impl Rule for MissingSecretDeclaration {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let mut first: BTreeMap<&str, Place> = BTreeMap::new();
        for file in tree.files {
            if file.role == FileRole::Runtime && matches!(file.kind, FileKind::Source(_)) {
                for (name, place) in reads(file) {
                    first.entry(name).or_insert(place);
                }
            }
        }
        let can_declare = tree.manifest.can_declare_secrets();
        let is_ours = tree.manifest.sources.iter().any(|source| source.format == ManifestFormat::Sigyl);
        for (name, place) in first {
            if !is_secret(name) || is_declared(name, tree.manifest) {
                continue;
            }
            out.report(if can_declare {
                let draft = Draft::new(
                    place,
                    format!("the code reads `{name}`, which the manifest does not declare"),
                );
                // A manifest of ours is made to declare them; those of others were made for other ends.
                if is_ours { draft.severity(Severity::Warning) } else { draft }
            } else {
                Draft::new(place, format!("the code reads `{name}`, and there is no manifest to declare it"))
                    .severity(Severity::Info)
                    .confidence(Confidence::Medium)
            });
        }
    }
}

/// Every variable that the file reads from its environment.
fn reads<'a>(file: &FileContext<'a>) -> Vec<(&'a str, Place)> {
    let mut found = Vec::new();
    if !file.holds_any(&["env"]) {
        return found;
    }
    file.spend(file.text.len() * 6);
    if let Some(pattern) = READS.get() {
        for captures in pattern.captures_iter(file.text) {
            if let Some(name) = captures.get(1).or_else(|| captures.get(2))
                && !is_comment(file, name.start())
            {
                found.push((name.as_str(), file.at(name.start(), name.end())));
            }
        }
    }
    if let Some(pattern) = TAKEN_APART.get().filter(|_| file.holds_any(&["process.env"])) {
        for inside in pattern.captures_iter(file.text).filter_map(|captures| captures.get(1)) {
            let mut at = inside.start();
            for part in inside.as_str().split(',') {
                let start = at + (part.len() - part.trim_start().len());
                at += part.len() + 1;
                let name = part.trim_start();
                let length =
                    name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                if length > 2 {
                    found.push((&name[..length], file.at(start, start + length)));
                }
            }
        }
    }
    found
}

fn is_secret(name: &str) -> bool {
    // What the platform or a build sets is nobody's to provide.
    !name.starts_with("npm_") && name != "GITHUB_ACTIONS_TOKEN" && ENDS.iter().any(|end| name.ends_with(end))
}

fn is_declared(name: &str, manifest: &Manifest) -> bool {
    let plain = |text: &str| {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let wanted = plain(name);
    manifest.environment.contains_key(name)
        || manifest.requirements.iter().any(|requirement| {
            requirement.key == name
                || requirement.injection.name == name
                || plain(&requirement.key) == wanted
                || requirement.injection.name.to_ascii_uppercase().replace('-', "_").ends_with(name)
        })
}

#[cfg(test)]
mod tests {
    use sigyl_core::{
        SourceTree,
        manifest::{Injection, InjectionMethod, ManifestFormat, ManifestSource, Requirement, ValueType},
    };

    use super::*;
    use crate::{ScanConfig, Unobserved, scan_with};

    fn findings(text: &str, path: &str, declared: &[&str]) -> Vec<(String, Severity)> {
        let manifest = Manifest {
            sources: vec![ManifestSource { path: "mcp.yaml".to_owned(), format: ManifestFormat::Sigyl }],
            requirements: declared
                .iter()
                .map(|key| Requirement {
                    key: (*key).to_owned(),
                    description: None,
                    required: true,
                    secret: true,
                    value_type: ValueType::String,
                    injection: Injection { method: InjectionMethod::Environment, name: (*key).to_owned() },
                    default: None,
                    choices: Vec::new(),
                    template: None,
                    location: None,
                })
                .collect(),
            ..Manifest::default()
        };
        let tree = SourceTree::from_texts([(path, text)]);
        let report =
            scan_with(&[&MissingSecretDeclaration], &tree, &manifest, &ScanConfig::default(), &Unobserved);
        report.findings.into_iter().map(|finding| (finding.message, finding.severity)).collect()
    }

    #[test]
    fn undeclared_secrets_are_named_once() {
        let text = "const a = process.env.ACME_TOKEN;\nconst b = process.env['ACME_TOKEN'];\nconst { ACME_SECRET, PORT = 1 } = process.env;\n";
        let found = findings(text, "a.ts", &[]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|(_, severity)| *severity == Severity::Warning));
        assert_eq!(findings(text, "a.ts", &["ACME_TOKEN", "acmeSecret"]), []);
        assert_eq!(
            findings("x = os.environ['ACME_API_KEY'] or os.getenv(\"ACME_PASSWORD\")", "a.py", &[]).len(),
            2
        );
    }

    #[test]
    fn other_variables_are_not_secrets() {
        let text =
            "process.env.MAX_TOKENS; process.env.TOKEN_URL; process.env.PORT; // process.env.ACME_TOKEN\n";
        assert_eq!(findings(text, "a.ts", &[]), []);
        assert_eq!(findings("process.env.ACME_TOKEN", "tests/a.ts", &[]), []);
    }
}
