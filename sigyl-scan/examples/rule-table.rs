//! Prints the table of all rules: `cargo run -p sigyl-scan --example rule-table > docs/rules.md`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(sigyl_scan::rule_table().as_bytes())
}
