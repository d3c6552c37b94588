//! Several ways on which data comes to one place.

use sigyl_core::{Finding, Manifest, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

/// What is found in a server whose `tools` tools each put their argument into a query that one helper runs.
fn of_shared_helper(tools: usize) -> Vec<Finding> {
    let mut text = String::from(
        "import sqlite3\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n\
         def run(sql: str):\n    with sqlite3.connect('a.db') as connection:\n        return connection.execute(sql).fetchall()\n",
    );
    for number in 0..tools {
        text += &format!(
            "\n@mcp.tool()\ndef find_{number}(word: str) -> list:\n    return run(f\"SELECT * FROM t{number} WHERE word = '{{word}}'\")\n"
        );
    }
    text += "\n@mcp.tool()\ndef count() -> list:\n    return run('SELECT count(*) FROM t0')\n";
    let tree = SourceTree::from_texts([("server.py", text.as_str())]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    report.findings.into_iter().filter(|finding| finding.rule == "sql-injection").collect()
}

#[test]
fn every_call_of_a_shared_helper_is_told() {
    assert!(of_shared_helper(1)[0].other_flows.is_empty());
    let found = of_shared_helper(3);
    assert_eq!(found.len(), 1, "one place is one finding");
    let finding = &found[0];
    let line = |flow: &[sigyl_core::Note]| flow[1].location.start_line;
    let mut calls: Vec<u32> =
        std::iter::once(&finding.flow).chain(&finding.other_flows).map(|flow| line(flow)).collect();
    calls.sort_unstable();
    calls.dedup();
    assert_eq!(calls.len(), 3, "{finding:#?}");
    for way in &finding.other_flows {
        assert_eq!(way.last().map(|note| &note.location), Some(&finding.location));
    }
}

#[test]
fn many_ways_stay_few() {
    assert_eq!(of_shared_helper(60)[0].other_flows.len(), 8);
}
