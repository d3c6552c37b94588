//! The table of all rules, for the documentation.

use std::fmt::Write as _;

#[cfg(test)]
use super::RULES;
use super::rule_metas;

/// A Markdown page that lists every rule: `docs/rules.md`.
pub fn rule_table() -> String {
    let mut page = String::from(
        "# Rules\n\nMade by `cargo run -p sigyl-scan --example rule-table > docs/rules.md`; a test compares.\n\n\
         A finding of low confidence is at most a warning, and one outside of what runs (tests, documentation,\n\
         tooling) is information. A rule may report a single finding above or below its own severity; its page says \
         when.\n\n| rule | what | severity | class | CWE | OWASP MCP |\n|---|---|---|---|---|---|\n",
    );
    for meta in rule_metas() {
        let cwe: Vec<String> = meta
            .cwe
            .iter()
            .map(|number| format!("[{number}](https://cwe.mitre.org/data/definitions/{number}.html)"))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "| [{}](../{}) | {} | {} | {} | {} | {} |",
            meta.id,
            meta.page_path(),
            meta.title,
            meta.severity.as_str(),
            meta.class.as_str(),
            cwe.join(", "),
            meta.owasp.unwrap_or("–"),
        );
    }
    page
}

/// Findings of one rule on files in memory.
#[cfg(test)]
pub(crate) fn findings_of(id: &str, files: &[(&str, &str)]) -> Vec<sigyl_core::Finding> {
    let rule = RULES.iter().find(|rule| rule.meta().id == id).expect("the rule is in the table");
    let tree = sigyl_core::SourceTree::from_texts(files.iter().copied());
    // Rules about ignore comments speak of one's own trees, but for the one about those of strangers.
    let trust =
        if id == super::untrusted_suppression::ID { crate::Trust::Untrusted } else { crate::Trust::Trusted };
    let report = crate::scan_with(
        &[*rule],
        &tree,
        &sigyl_core::Manifest::default(),
        &crate::ScanConfig { trust, advisories: test_advisories(), ..crate::ScanConfig::default() },
        &crate::Unobserved,
    );
    let failed: Vec<_> = report.not_analysed.iter().filter(|entry| entry.rule.is_some()).collect();
    assert!(failed.is_empty(), "{id} failed: {failed:?}");
    report.findings
}

/// The advisories about packages that do not exist, which examples and variants are compared with.
#[cfg(test)]
fn test_advisories() -> Option<std::sync::Arc<crate::Advisories>> {
    let text = include_str!("../../tests/advisories.json");
    let entries: Vec<serde_json::Value> = serde_json::from_str(text).expect("the entries are JSON");
    let mut import = crate::AdvisoryImport::default();
    for entry in entries {
        import.add(entry.to_string().as_bytes());
    }
    crate::Advisories::parse(import.finish("2026-11-01", Vec::new())).ok().map(std::sync::Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn ids_are_sorted_unique_and_kebab_case() {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.meta().id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted);
        for id in ids {
            let well_formed = id.split('-').all(|part| {
                !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
            });
            assert!(well_formed, "{id}");
        }
    }

    #[test]
    fn metadata_is_complete() {
        for rule in RULES {
            let meta = rule.meta();
            assert!(!meta.title.is_empty() && !meta.title.ends_with('.'), "{}", meta.id);
            assert!(!meta.fixes.is_empty(), "{} says how it is mended", meta.id);
            if let Some(owasp) = meta.owasp {
                let number = owasp.strip_prefix("MCP").and_then(|rest| rest.parse::<u8>().ok());
                assert!(number.is_some_and(|number| (1..=10).contains(&number)), "{}: {owasp}", meta.id);
            }
            if let Some(practice) = meta.practice {
                assert!(!practice.contains(['#', ' ']), "{}: {practice}", meta.id);
            }
        }
    }

    #[test]
    fn pages_have_their_sections() {
        for rule in RULES {
            let meta = rule.meta();
            let mut lines = meta.page.lines();
            assert_eq!(lines.next(), Some(format!("# {}", meta.title).as_str()), "{}", meta.id);
            let cwe: Vec<String> = meta.cwe.iter().map(|number| format!("CWE-{number}")).collect();
            let mut facts = format!("`{}` · {} · since {}", meta.id, meta.severity.as_str(), meta.since);
            if !cwe.is_empty() {
                facts += &format!(" · {}", cwe.join(", "));
            }
            assert_eq!(lines.nth(1), Some(facts.as_str()), "{}", meta.id);
            let sections: Vec<&str> = meta.page.lines().filter(|line| line.starts_with("## ")).collect();
            assert_eq!(
                sections,
                ["## What it does", "## Why is this bad?", "## Example", "## Use instead", "## References"],
                "{}",
                meta.id
            );
        }
    }

    #[test]
    fn every_bad_example_fires_and_no_good_one() {
        let mut wrong = Vec::new();
        for rule in RULES {
            let meta = rule.meta();
            let examples = examples::of_page(meta.page);
            assert!(examples.iter().any(|example| example.bad), "{} has a bad example", meta.id);
            assert!(examples.iter().any(|example| !example.bad), "{} has a good example", meta.id);
            for example in examples {
                let found = findings_of(meta.id, &[(&example.path, &example.text)]);
                if example.bad == found.is_empty() {
                    let kind = if example.bad { "bad, quiet" } else { "good, fires" };
                    wrong.push(format!("{} ({kind}):\n{}\n{found:#?}", meta.id, example.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_documented_table_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules.md");
        let documented = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            documented,
            rule_table(),
            "run: cargo run -p sigyl-scan --example rule-table > docs/rules.md"
        );
    }
}
