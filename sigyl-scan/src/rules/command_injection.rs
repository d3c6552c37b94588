//! A caller's value that a shell reads, or that chooses the program.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    argument_injection,
    process::{Started, started},
    remote_shells::read_elsewhere,
    sink::{of_whole, reached, reached_at_most, short},
};
use crate::{
    flow::{
        Call, Hazards, Value,
        program::{is_shell, is_shell_option, program_name, takes_value},
    },
    mend::{self, Mend, Mendable},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct CommandInjection;

static META: RuleMeta = RuleMeta {
    id: "command-injection",
    title: "Command built from a caller's value",
    class: Class::Injection,
    severity: Severity::Block,
    cwe: &[78, 77],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Start the program without a shell, with a list of arguments: execFile(program, [value]) or subprocess.run([program, value])",
        "Let the caller choose from a fixed list of commands",
    ],
    page: include_str!("command_injection.md"),
};

impl Rule for CommandInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        mend::without_shell(file, draft.place.span, argument_injection::takes_options, takes_value)
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let name = call.api().or(call.method()).map_or("the call", short);
        if written_to_shell(call, name, out) || written_as_script(call, name, out) {
            return;
        }
        if read_elsewhere(call, name, out) {
            return;
        }
        match started(call) {
            Some(Started::Shell(text)) => {
                if let Some(path) = call.flow(text, Hazards::COMMAND) {
                    let what = format!("reaches a shell through `{name}`");
                    out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
                }
            }
            Some(Started::ShellWords(words)) => {
                let path = words.iter().find_map(|word| {
                    call.flow(word, Hazards::COMMAND).or_else(|| call.flow(word.rest()?, Hazards::COMMAND))
                });
                if let Some(path) = path {
                    let what = format!("reaches a shell: `{name}` is called with `shell`");
                    out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
                }
            }
            Some(Started::Program { program, arguments, rest }) => {
                // What stands behind a fixed beginning cannot name another program.
                if let Some(path) = call.flow(program, Hazards::NAME) {
                    let what = format!("chooses the program that `{name}` starts");
                    let severity = if path.concatenated { Severity::Error } else { Severity::Block };
                    let severity = of_whole(&path, severity);
                    out.report(reached(call, &path, severity, &what));
                    return;
                }
                // `subprocess.run(["sh"], input=script)`: a shell that reads commands from its input.
                let reads_input = arguments.is_empty() && program.as_str().is_some_and(is_shell);
                if reads_input
                    && let Some(path) =
                        call.option("input").and_then(|input| call.flow(input, Hazards::COMMAND))
                {
                    let what = format!("is what the shell reads that `{name}` starts");
                    out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
                    return;
                }
                let mut words = vec![program];
                words.extend(&arguments);
                words.extend(rest);
                if !shell_text_in(call, &words, out) && !shell_elsewhere(call, &words, out) {
                    shell_on_windows(call, &words, name, out);
                }
            }
            None => check_lists(call, name, out),
        }
    }
}

/// Methods by which text is written to a process.
const WRITES: &[&str] =
    &["write", "writelines", "end", "communicate", "sendline", "sendLine", "send", "sendall"];

/// Looks at what is written to a shell that reads commands from its input. A tool that hands on lines as they are is a
/// terminal: a danger that its user must know of.
fn written_to_shell(call: &Call<'_>, name: &str, out: &mut Findings) -> bool {
    let is_write = call.method().is_some_and(|method| WRITES.contains(&method));
    if !is_write || !call.receiver().is_some_and(Value::reads_commands) {
        return false;
    }
    let Some(text) = call.arg_or(0, "input") else { return false };
    let Some(path) = call.flow(text, Hazards::COMMAND) else { return false };
    let most = if text.is_led_by_caller() { Severity::Warning } else { Severity::Block };
    let what = format!("is written by `{name}` to a shell that reads commands from its input");
    out.report(reached(call, &path, of_whole(&path, most), &what));
    true
}

/// Functions that write their second argument to the file that the first one names.
const WRITERS: &[&str] = &[
    "fs.writeFile",
    "fs.writeFileSync",
    "fs.promises.writeFile",
    "fs/promises.writeFile",
    "fs-extra.writeFile",
    "fs-extra.writeFileSync",
    "fs-extra.outputFile",
    "fs-extra.outputFileSync",
    "Bun.write",
    "Deno.writeTextFile",
    "Deno.writeTextFileSync",
];

/// Looks at shell scripts that are put together and written to files: what runs them is a shell.
fn written_as_script(call: &Call<'_>, name: &str, out: &mut Findings) -> bool {
    let (path, text) = if call.is(WRITERS) {
        (call.arg(0), call.arg(1))
    } else if matches!(call.method(), Some("write" | "write_text")) {
        (None, call.arg(0))
    } else {
        return false;
    };
    let Some(text) = text.filter(|text| !text.is_led_by_caller()) else { return false };
    let named = path.and_then(Value::suffix).is_some_and(|path| {
        [".sh", ".bash", ".zsh", ".command", ".bat", ".cmd", ".ps1"].iter().any(|end| path.ends_with(end))
    });
    if !named && !text.prefix().is_some_and(is_shell_script) {
        return false;
    }
    let Some(path) = call.flow(text, Hazards::COMMAND).filter(|path| path.concatenated) else { return false };
    let what = format!("becomes a part of the shell script that `{name}` writes");
    out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
    true
}

/// True for the beginning of a script whose first line names a shell.
fn is_shell_script(text: &str) -> bool {
    let line = text.trim_start().strip_prefix("#!").and_then(|rest| rest.lines().next());
    line.is_some_and(|line| line.split_whitespace().take(2).any(is_shell))
}

/// Looks for `[shell, "-c", text]` in a list of words.
fn shell_text_in(call: &Call<'_>, words: &[&Value], out: &mut Findings) -> bool {
    for (at, pair) in words.windows(2).enumerate() {
        let (Some(option), before) = (pair[1].as_str(), pair[0]) else { continue };
        // `powershell -NoProfile -Command text`, `bash -o pipefail -c text`: what stands between are options of the shell's.
        let between = words.get(1..=at).unwrap_or_default();
        let is_between = at > 0
            && between
                .first()
                .and_then(|word| word.as_str())
                .is_some_and(|word| word.starts_with(['-', '/']))
            && between.iter().all(|word| word.as_str().is_some_and(|word| !is_shell_option(word)))
            && words[0].as_str().is_some_and(is_shell);
        let program = if is_between { words[0] } else { before };
        let known = program.as_str().or(program.suffix()).filter(|text| !text.is_empty());
        let is_text = match known {
            Some(text) => is_shell(text) && is_shell_option(option),
            // Which shell it is depends on the system, but `-c` right behind the program is a shell's; the server's
            // own interpreter is none.
            None => {
                at == 0
                    && !matches!(program.api(), Some("sys.executable" | "process.execPath" | "process.argv0"))
                    && matches!(option, "-c" | "-lc" | "/c")
            }
        };
        if !is_text {
            continue;
        }
        // What stands behind the text is its arguments; `cmd` takes all of it for the text.
        let texts = if option.starts_with('/') { usize::MAX } else { 1 };
        let path = words[at + 2..].iter().take(texts).find_map(|word| call.flow(word, Hazards::COMMAND));
        let Some(path) = path else { continue };
        let what = match known {
            Some(text) => format!("is read as commands by `{} {option}`", program_name(text)),
            None => format!("is read as commands by a shell (`{option}`)"),
        };
        out.report(reached(call, &path, of_whole(&path, Severity::Block), &what));
        return true;
    }
    false
}

/// `["ssh", host, text]`, `["adb", "shell", text]`: a shell at the other end reads all words behind as one text.
fn shell_elsewhere(call: &Call<'_>, words: &[&Value], out: &mut Findings) -> bool {
    let Some((program, words)) = words.split_first() else { return false };
    let Some(name) = program.as_str().or(program.suffix()).map(program_name) else { return false };
    let before = match name.as_str() {
        "adb" => words.iter().position(|word| matches!(word.as_str(), Some("shell" | "exec-out"))),
        "ssh" => destination(words),
        _ => None,
    };
    let Some(before) = before else { return false };
    let path = words[before + 1..].iter().find_map(|word| call.flow(word, Hazards::COMMAND));
    if let Some(path) = &path {
        let what = format!("is read as commands by the shell that `{name}` talks to");
        out.report(reached(call, path, of_whole(path, Severity::Block), &what));
    }
    path.is_some()
}

/// `spawn("npm", ["install", name], { shell: process.platform === "win32" })`: a shell of one system alone, or of all but it.
fn shell_on_windows(call: &Call<'_>, words: &[&Value], name: &str, out: &mut Findings) {
    if !call.option("shell").is_some_and(Value::is_unknown) {
        return;
    }
    let Some(path) = words.iter().skip(1).find_map(|word| call.flow(word, Hazards::COMMAND)) else { return };
    let names_windows = |text: &str| text.contains("win32") || text.to_ascii_lowercase().contains("iswin");
    let text = call.file().text;
    let span = call.place().span;
    let own = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let told = match own.contains("shell") {
        true => Some(own).filter(|own| names_windows(own)),
        // Options that several calls share.
        false => {
            call.file().spend(text.len());
            text.lines().find(|line| line.contains("shell") && names_windows(line))
        }
    };
    let Some(told) = told else { return };
    let is_all_but = ["!== \"win32", "!= \"win32", "!== 'win32", "!= 'win32", "!isWin", "!IS_WIN"]
        .iter()
        .any(|but| told.contains(but));
    if is_all_but {
        let what =
            format!("reaches a shell on all systems but Windows: there `{name}` is called with `shell`");
        out.report(reached(call, &path, of_whole(&path, Severity::Error), &what));
    } else {
        let what = format!("reaches a shell on Windows: there `{name}` is called with `shell`");
        out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
    }
}

/// The position of the host among the arguments of `ssh`.
fn destination(words: &[&Value]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match word.as_str() {
            Some(option) if option.starts_with('-') => {
                let takes_next = option.len() == 2 && !"46AaCfGgKkMNnqsTtVvXxYy".contains(&option[1..]);
                at += if takes_next { 2 } else { 1 };
            }
            _ => return Some(at),
        }
    }
    None
}

/// Lists of words in calls to libraries that run commands elsewhere: in a container, in a pod, over a connection.
fn check_lists(call: &Call<'_>, name: &str, out: &mut Findings) {
    if call.method().is_some_and(|method| {
        matches!(
            method,
            "push"
                | "append"
                | "extend"
                | "unshift"
                | "concat"
                | "join"
                | "includes"
                | "map"
                | "log"
                | "info"
                | "debug"
        )
    }) {
        return;
    }
    let is_exec =
        name.contains("exec") || name.contains("run") || name.contains("spawn") || name.contains("create");
    let lists = call.args().iter().chain(call.keywords().map(|(_, value)| value));
    for value in lists {
        let fields = ["Cmd", "cmd", "command", "args"].iter().filter_map(|field| value.field(field));
        for list in std::iter::once(value).chain(fields) {
            let Some(items) = list.items() else { continue };
            if items.len() > 64 {
                continue;
            }
            let words: Vec<&Value> = items.iter().chain(list.rest()).collect();
            if shell_text_in(call, &words, out) {
                return;
            }
            // Docker's `exec_run("…")` and the like split text themselves; the program is the caller's.
            if is_exec
                && let Some(first) = items.first()
                && first.as_str().is_some_and(is_shell)
                && let Some(path) = list.rest().and_then(|rest| call.flow(rest, Hazards::COMMAND))
            {
                let draft = reached(
                    call,
                    &path,
                    Severity::Error,
                    &format!("is among the words that `{name}` gives to a shell"),
                );
                out.report(draft.confidence(path.confidence.min(Confidence::Medium)));
                return;
            }
        }
    }
}
