//! Trees that were made to break out of what is made of them.

use proptest::{collection::vec, prelude::*, sample::select};
use sigyl_deploy::plan::{DockerfileOptions, PlanError, PlanOptions};

use crate::support::{plan_tree, tree};

/// What means something to a shell, to JSON, to YAML, or to a Dockerfile.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\"",
    "'",
    "\\",
    "$",
    "${PATH}",
    "$(id)",
    "`id`",
    "\nRUN evil\n",
    "]",
    "[",
    ",",
    "#",
    "# syntax=evil\n",
    "<<EOF\n",
    " ",
    "\t",
    "USER root",
    "é",
    "\u{2028}",
    "\u{0}",
    "a",
    "../",
    "/",
    "-",
    "--",
    "=",
    "{",
    "}",
    "&&",
    ";",
    "|",
];

fn text() -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat())
}

/// Every instruction of a Dockerfile as we write them.
fn is_ours(line: &str) -> bool {
    let Some((word, rest)) = line.split_once(' ') else { return line.is_empty() };
    match word {
        "RUN" | "COPY" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => {
            let at = rest.find('[').unwrap_or(rest.len());
            let flags = &rest[..at];
            serde_json::from_str::<Vec<String>>(&rest[at..]).is_ok()
                && flags.split_whitespace().all(|flag| flag.starts_with("--") || flag == "CMD")
        }
        "ENV" | "LABEL" => {
            let Some((name, value)) = rest.split_once('=') else { return false };
            let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
                && inner.is_some_and(|inner| is_quoted(inner, name == "PATH"))
        }
        "FROM" => rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./:@_- ".contains(&byte)),
        "WORKDIR" => rest.starts_with("/app") && !rest.contains([' ', '$']),
        "USER" => rest == "10001:10001",
        "EXPOSE" => rest.parse::<u16>().is_ok(),
        _ => false,
    }
}

fn is_quoted(inner: &str, may_have_path: bool) -> bool {
    let without = || inner.strip_suffix("$PATH").or_else(|| inner.strip_prefix("$PATH"));
    let inner = if may_have_path { without().unwrap_or(inner) } else { inner };
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '"' | '$' => return false,
            _ => {}
        }
    }
    true
}

proptest! {
    #[test]
    fn nothing_of_a_tree_becomes_an_instruction(
        name in text(), version in text(), start in vec(text(), 1..4), path in text(), value in text(), folder in text(),
        planner in 0..3usize,
    ) {
        let json = |value: &str| serde_json::to_string(value).unwrap();
        let words: Vec<String> = start.iter().map(|word| json(word)).collect();
        let runtime = ["node", "python", "go"][planner];
        let manifest = format!(
            "{{\"name\": {}, \"version\": {}, \"runtime\": \"{runtime}\", \"transport\": \"http\", \"path\": {}, \"build\": {{\"start\": [\"node\", {}]}}}}",
            json(&name), json(&version), json(&format!("/{path}")), words.join(", ")
        );
        let smithery = format!("{{\"env\": {{\"VALUE\": {}, {}: \"x\"}}}}", json(&value), json(&name));
        let package = format!(
            "{{\"name\": {}, \"main\": {}, \"workspaces\": [\"a\"], \"dependencies\": {{\"a\": \"1\"}}, \"engines\": {{\"node\": {}}}}}",
            json(&name), json(&folder), json(&version)
        );
        let inner = format!("{}/package.json", folder.replace('\0', ""));
        let go = format!("module {name}\n\ngo {version}\n");
        let files = [
            ("mcp.yaml", manifest.as_str()), ("smithery.yaml", &smithery), ("package.json", &package), (inner.as_str(), "{}"),
            ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#), ("index.js", "x"), ("go.mod", &go),
            ("main.go", "package main\n"), ("requirements.txt", "a==1\n"), ("server.py", ""),
        ];
        let tree = tree(None, &files);
        match plan_tree(&tree, &PlanOptions::default()) {
            Ok(plan) => {
                let options = DockerfileOptions { ca_bundle: true, ..DockerfileOptions::default() };
                let dockerfile = plan.dockerfile(&options);
                prop_assert!(dockerfile.lines().all(is_ours), "{}", dockerfile);
                prop_assert!(!dockerfile.contains(['\r', '\0']), "{}", dockerfile);
                prop_assert_eq!(dockerfile.matches("\nUSER ").count(), 1);
                prop_assert!(dockerfile.lines().all(|line| line.len() < 60_000));
                // What an engine runs is what the plan says, whatever is in it.
                let cmd = dockerfile.lines().last().unwrap().strip_prefix("CMD ").unwrap();
                prop_assert_eq!(serde_json::from_str::<Vec<String>>(cmd).unwrap(), plan.command());
            }
            Err(PlanError::Refused { diagnostics }) => prop_assert!(!diagnostics.is_empty()),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
