//! Texts that a shell reads which some library talks to: of a container, a device, a terminal.

use sigyl_core::{Confidence, Severity};

use super::sink::{of_whole, reached, reached_at_most, split};
use crate::{
    flow::{
        Call, Hazards, Value,
        program::{is_shell, is_shell_option},
    },
    rule::Findings,
};

/// Methods that type a text into a terminal, or send a line to a device.
const TYPED: &[&str] =
    &["send_keys", "send_command", "send_command_timing", "send_config_set", "sendCommand"];

/// Libraries whose objects have those methods, by how their paths begin.
const TERMINALS: &[&str] = &["libtmux.", "netmiko.", "scrapli.", "napalm."];

/// Methods by which a container or a pod is given a command as a text that is split into words.
const SPLIT_BY_LIBRARY: &[&str] = &["exec_run", "exec_create", "run", "create"];

/// Looks for a caller's value in what such a shell reads. True where the call is one of these.
pub(super) fn read_elsewhere(call: &Call<'_>, name: &str, out: &mut Findings) -> bool {
    module_of_programs(call, out) || split_for_shell(call, name, out) || typed(call, name, out)
}

/// `sh.bash("-c", text)`: the package whose functions are the programs of the system.
fn module_of_programs(call: &Call<'_>, out: &mut Findings) -> bool {
    let Some(program) = call.api().and_then(|api| api.strip_prefix("sh.")) else { return false };
    if !is_shell(program) || !call.arg(0).and_then(Value::as_str).is_some_and(is_shell_option) {
        return false;
    }
    if let Some(path) = call.arg(1).and_then(|text| call.flow(text, Hazards::COMMAND)) {
        let what = format!("is read as commands by `{program}`");
        out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
    }
    true
}

/// `container.exec_run(f"sh -c 'cat {path}'")`: the library splits the text, and its first words are a shell's.
fn split_for_shell(call: &Call<'_>, name: &str, out: &mut Findings) -> bool {
    let Some(api) = call.api() else { return false };
    let (object, method) = split(api);
    let is_container =
        ["docker.", "podman.", "dockerode", "kubernetes."].iter().any(|one| object.starts_with(one));
    if !is_container && method != "exec_run" || !SPLIT_BY_LIBRARY.contains(&method) {
        return false;
    }
    let positional = if matches!(method, "run" | "create") { 1 } else { 0 };
    let text = call.keyword("cmd").or_else(|| call.keyword("command")).or_else(|| call.arg(positional));
    let Some(text) = text.filter(|text| text.items().is_none()) else { return false };
    let mut words = text.prefix().unwrap_or_default().split_whitespace();
    let for_shell = words.next().is_some_and(is_shell) && words.next().is_some_and(is_shell_option);
    if !for_shell {
        return false;
    }
    if let Some(path) = call.flow(text, Hazards::COMMAND) {
        let what = format!("is read as commands by the shell that `{name}` starts");
        out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
    }
    true
}

/// `pane.send_keys(f"cat {path}")`, `["tmux", "send-keys", …]`: a terminal in which a shell reads. One that types what it is
/// told, whole, is a terminal for its user.
fn typed(call: &Call<'_>, name: &str, out: &mut Findings) -> bool {
    let Some(api) = call.api() else { return false };
    let (object, method) = split(api);
    let text = if TYPED.contains(&method) && TERMINALS.iter().any(|library| object.starts_with(library)) {
        call.arg(0)
    } else {
        let words: Vec<&Value> = match call.arg(0).and_then(Value::items) {
            Some(items) => items.iter().collect(),
            None => {
                call.args().iter().chain(call.arg(1).and_then(Value::items).into_iter().flatten()).collect()
            }
        };
        let is_tmux = words.first().and_then(|word| word.as_str()).is_some_and(|word| word.ends_with("tmux"))
            && words
                .get(1)
                .and_then(|word| word.as_str())
                .is_some_and(|word| matches!(word, "send-keys" | "send"));
        if !is_tmux {
            return false;
        }
        words
            .into_iter()
            .skip(2)
            .find(|word| call.flow(word, Hazards::COMMAND).is_some_and(|path| path.concatenated))
    };
    let Some(text) = text.filter(|text| !text.is_led_by_caller()) else { return false };
    let Some(path) = call.flow(text, Hazards::COMMAND).filter(|path| path.concatenated) else { return false };
    let what = format!("is put into the line that `{name}` types into a shell");
    out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
    true
}
