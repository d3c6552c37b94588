//! Prints `docs/server-configuration.md`.

#[allow(clippy::print_stdout, reason = "what it is for")]
fn main() {
    print!("{}", sigyl_server::config::reference());
}
