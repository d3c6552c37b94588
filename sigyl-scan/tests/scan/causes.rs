//! One mistake that several rules see is one finding.

use sigyl_core::{Finding, Manifest, Severity, SourceTree};
use sigyl_scan::{ScanConfig, Trust, Unobserved, scan};

fn findings(path: &str, text: &str) -> Vec<Finding> {
    let tree = SourceTree::from_texts([(path, text)]);
    let config = ScanConfig { trust: Trust::Trusted, ..ScanConfig::default() };
    let report = scan(&tree, &Manifest::default(), &config, &Unobserved);
    report.findings.into_iter().filter(|finding| finding.severity > Severity::Info).collect()
}

const OPEN: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('notes', host='0.0.0.0', port=8000)\n\n\n\
                    @mcp.tool()\ndef read() -> str:\n    \"\"\"Reads.\"\"\"\n    return 'x'\n\n\n\
                    mcp.run(transport='streamable-http')\n";

#[test]
fn a_server_that_is_open_to_every_network_is_told_once() {
    let found = findings("server.py", OPEN);
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["missing-auth"]);
    assert_eq!(found[0].also, ["insecure-bind"]);
    for cwe in [306, 1327] {
        assert!(found[0].cwe.contains(&cwe), "{:?}", found[0].cwe);
    }
    assert!(found[0].related.iter().any(|note| note.message.contains("0.0.0.0")), "{:?}", found[0].related);
    assert!(found[0].fix.is_some(), "the mend of what was put into it stays");
}

#[test]
fn an_accepted_part_leaves_the_rest() {
    let accepted =
        OPEN.replace("port=8000)", "port=8000)  # sigyl: ignore[insecure-bind] behind the gateway's network");
    let found = findings("server.py", &accepted);
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["missing-auth"]);
    assert!(!found[0].cwe.contains(&1327));
}

#[test]
fn one_file_is_not_another() {
    let tree = SourceTree::from_texts([
        ("server.py", OPEN),
        ("other.py", "HOST = '0.0.0.0'\nserve(host='0.0.0.0')\n"),
    ]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.rule == "insecure-bind" && finding.location.path == "other.py")
    );
}
