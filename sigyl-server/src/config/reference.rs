//! The reference of all settings, for `docs/server-configuration.md`.

use std::fmt::Write;

use super::{DEFAULT_CONFIG_FILE, settings};

/// The reference as Markdown.
pub fn reference() -> String {
    let mut out = format!(
        "# Configuration of the server\n\n\
         Printed from the code by `cargo run -p sigyl-server --example config-reference`.\n\n\
         `sigyl serve` reads one TOML file, then the environment, then flags; a later one wins. The file is what\n\
         `--config` or `SIGYL_CONFIG` names, else `{DEFAULT_CONFIG_FILE}` where there is one.\n\
         `sigyl serve --check-config` names every mistake with file, line and mend; `sigyl config show` prints every\n\
         value with where it came from, without secrets. A `SIGYL_*` variable that is no setting is told at start.\n\n\
         Durations have a unit (`ms`, `s`, `m`, `h`, `d`), sizes too (`B`, `KiB`, `MiB`, `GiB`). A list is an array in\n\
         the file; in a variable its items are separated by commas.\n"
    );
    let mut section = "";
    for setting in settings() {
        let (of, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        // Writing to a string cannot fail.
        if of != section {
            section = of;
            let _ =
                write!(out, "\n## [{section}]\n| setting | takes | default | meaning |\n|---|---|---|---|\n");
        }
        let flag = setting.flag.map(|flag| format!(", `{flag}`")).unwrap_or_default();
        let default = match setting.default {
            "" => String::new(),
            text => format!("`{text}`"),
        };
        let name = match setting.secret {
            super::settings::Secrecy::Secret => String::new(),
            _ => format!("`{name}`, "),
        };
        let _ = writeln!(
            out,
            "| {name}`{}`{flag} | {} | {default} | {} |",
            setting.variable, setting.takes, setting.about
        );
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/server-configuration.md");
        let kept = std::fs::read_to_string(path).unwrap();
        assert!(
            kept == super::reference(),
            "print it anew: cargo run -p sigyl-server --example config-reference"
        );
    }
}
