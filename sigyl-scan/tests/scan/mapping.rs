//! `docs/mapping.md` names rules that exist, each by its own page.

use std::fs;

use sigyl_scan::RULES;

#[test]
fn rules_in_the_mapping_exist() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mapping.md");
    let text = fs::read_to_string(path).expect("the mapping is there");
    let links: Vec<&str> = text.split("](../sigyl-scan/src/rules/").skip(1).collect();
    assert!(links.len() > 100, "the mapping links the rules' pages");
    let ids = text.split("](../sigyl-scan/src/rules/").filter_map(|before| before.rsplit('[').next());
    for (id, link) in ids.zip(links) {
        let page = link.split(')').next().unwrap_or_default();
        assert_eq!(page, format!("{}.md", id.replace('-', "_")), "the link of {id}");
        assert!(RULES.iter().any(|rule| rule.meta().id == id), "{id} is no rule");
    }
}

#[test]
fn every_code_of_the_lists_is_in_the_mapping() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mapping.md");
    let text = fs::read_to_string(path).expect("the mapping is there");
    let owasp = (1..=10).map(|number| format!("| MCP{number:02} |"));
    let cosai = (1..=12).map(|number| format!("| MCP-T{number} |"));
    let codes =
        ["E001", "E002", "W001", "W015", "W017", "W018", "W019", "W021"].map(|code| format!("| {code}"));
    for row in owasp.chain(cosai).chain(codes) {
        assert!(text.contains(&row), "{row}");
    }
}
