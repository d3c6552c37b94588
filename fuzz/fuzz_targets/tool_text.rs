//! Text as what a model reads of a tool: its description in a manifest, and in the source of a server.
#![no_main]

use sigyl_core::SourceTree;
use sigyl_scan::Trust;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if text.len() > sigyl_fuzz::MAX_SCAN_BYTES {
        return;
    }
    // Characters of their own, but for those that would end the literal.
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    let python = format!(
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP(\"x\")\n\n\
         @mcp.tool(description=\"{quoted}\")\ndef lookup(q: str) -> str:\n    return q\n"
    );
    let yaml = format!("name: x\ntools:\n  - name: lookup\n    description: \"{quoted}\"\n");
    let tree = SourceTree::from_texts([("server.py", python.as_str()), ("mcp.yaml", yaml.as_str())]);
    sigyl_fuzz::scan_tree(&tree, Trust::Untrusted);
});
