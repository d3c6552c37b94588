//! Several ways on which data comes to one place.

use std::collections::BTreeSet;

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
fn every_tool_that_uses_a_shared_helper_is_a_finding() {
    assert!(of_shared_helper(1)[0].other_flows.is_empty());
    let found = of_shared_helper(3);
    assert_eq!(found.len(), 3, "{found:#?}");
    let lines: BTreeSet<u32> = found.iter().map(|finding| finding.flow[1].location.start_line).collect();
    assert_eq!(lines.len(), 3, "{found:#?}");
    let marks: BTreeSet<_> = found.iter().map(|finding| finding.fingerprint.clone()).collect();
    assert_eq!(marks.len(), 3, "each is told apart");
    for finding in &found {
        assert_eq!(finding.location, found[0].location);
        assert_eq!(finding.flow.last().map(|note| &note.location), Some(&finding.location));
    }
    // What is found in one tool does not depend on the others.
    assert!(found.iter().any(|finding| finding.fingerprint == of_shared_helper(1)[0].fingerprint));
}

#[test]
fn many_ways_stay_few() {
    let found = of_shared_helper(60);
    assert_eq!(found.len(), 32);
    let others: Vec<usize> =
        found.iter().map(|finding| finding.other_flows.len()).filter(|count| *count > 0).collect();
    assert_eq!(others, [8], "the rest is told with one of them");
}

/// What is found in a server whose one handler has so many cases that each read by the same method of a database, the
/// last of them with a caller's value.
fn of_many_cases(cases: usize, last: &str) -> Vec<Finding> {
    let mut text = String::from(
        "import Database from 'better-sqlite3';\n\
         import { Server } from '@modelcontextprotocol/sdk/server/index.js';\n\
         import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';\n\
         class Store {\n  constructor(db) { this.db = db; }\n  rows(sql) { return this.db.prepare(sql).all(); }\n}\n\
         const store = new Store(new Database('a.db'));\n\
         const server = new Server({ name: 'x', version: '1' }, {});\n\
         server.setRequestHandler(CallToolRequestSchema, async (request) => {\n  const word = request.params.arguments.word;\n\
         switch (request.params.name) {\n",
    );
    for number in 0..cases {
        text += &format!(
            "    case 'c{number}': return store.rows(`SELECT * FROM t{number} -- ${{word.length}}`);\n"
        );
    }
    text += &format!("    case 'last': return store.rows({last});\n  }}\n}});\n");
    let tree = SourceTree::from_texts([("server.js", text.as_str())]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    report.findings.into_iter().filter(|finding| finding.rule == "sql-injection").collect()
}

#[test]
fn a_short_method_is_followed_from_each_of_many_cases() {
    for cases in [3, 700] {
        assert_eq!(of_many_cases(cases, "`SELECT * FROM notes WHERE word = '${word}'`").len(), 1, "{cases}");
        assert!(of_many_cases(cases, "'SELECT * FROM notes'").is_empty(), "{cases}");
    }
}

#[test]
fn a_way_tells_calls_once_and_keeps_its_end() {
    let mut text = String::from(
        "import { execSync } from 'node:child_process';\n\
         import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\n\
         const server = new McpServer({ name: 'x', version: '1' });\n\
         const run = (line) => execSync(line);\n",
    );
    for number in 0..20 {
        let next = if number == 0 { "run".to_owned() } else { format!("step{}", number - 1) };
        text += &format!(
            "function step{number}(value) {{\n  const made = `${{value}} `;\n  return {next}(made);\n}}\n"
        );
    }
    text += "server.tool('x', {}, async ({ word }) => step19(word));\n";
    let tree = SourceTree::from_texts([("server.js", text.as_str())]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    let found = report.findings.iter().find(|finding| finding.rule == "command-injection").expect("found");
    let steps: Vec<&str> = found.flow.iter().map(|note| note.message.as_str()).collect();
    assert!(steps.len() <= 19, "{steps:#?}");
    assert!(steps[0].ends_with("comes in"), "{steps:#?}");
    assert_eq!(steps[steps.len() - 2], "passed to `run`", "{steps:#?}");
    assert!(!steps.contains(&"assigned to `value`"), "a parameter holds what was passed: {steps:#?}");
}
