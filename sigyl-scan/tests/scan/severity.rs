//! How bad a finding is, where the same weakness is more or less of one.

use sigyl_core::{Manifest, Severity, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

fn of_reading(path: &str) -> Option<Severity> {
    let text = format!(
        r#"import {{ readFile }} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {{ McpServer }} from "@modelcontextprotocol/sdk/server/mcp.js";
import {{ z }} from "zod";
const server = new McpServer({{ name: "files", version: "1.0.0" }});
const FOLDER = "/srv/notes";
const expand = (given: string) => (given.startsWith("~") ? path.join(os.homedir(), given.slice(1)) : given);
server.registerTool("read", {{ description: "Reads a file", inputSchema: {{ x: z.string() }} }}, async ({{ x }}) => {{
  const text = await readFile({path}, "utf8");
  return {{ content: [{{ type: "text", text }}] }};
}});
"#
    );
    let tree = SourceTree::from_texts([("server.ts", text.as_str())]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    report.findings.iter().find(|finding| finding.rule == "path-traversal").map(|finding| finding.severity)
}

#[test]
fn a_path_of_the_users_own_is_a_warning_and_one_behind_a_folder_an_error() {
    for own in
        ["x", "path.resolve(x)", "expand(x)", "path.resolve(process.cwd(), x)", "path.join(x, \"a.txt\")"]
    {
        assert_eq!(of_reading(own), Some(Severity::Warning), "{own}");
    }
    for behind in ["path.join(FOLDER, x)", "`${FOLDER}/${x}`", "path.resolve(FOLDER, expand(x))"] {
        assert_eq!(of_reading(behind), Some(Severity::Error), "{behind}");
    }
    assert_eq!(of_reading("path.join(FOLDER, path.basename(x))"), None);
}

#[test]
fn a_command_given_in_words_is_one_like_any_other() {
    let text = "import subprocess\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('x')\n\n\n@mcp.tool()\n\
                def run(command: list[str], names: list[str]) -> None:\n    subprocess.run(command)\n    subprocess.run(names)\n";
    let tree = SourceTree::from_texts([("server.py", text)]);
    let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
    let severity = |line: u32| {
        let found = report.findings.iter().find(|one| one.location.start_line == line);
        found.map(|one| (one.rule.as_str(), one.severity))
    };
    assert_eq!(severity(9), Some(("command-injection", Severity::Warning)));
    assert_eq!(severity(10), Some(("command-injection", Severity::Block)));
}
