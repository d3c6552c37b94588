//! Prints the JSON Schema of `mcp.yaml`: `cargo run -p sigyl-core --example print_mcp_schema > docs/schema/mcp.v1.json`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(sigyl_core::manifest::mcp_yaml_schema().as_bytes())
}
