//! Processes that go on reading: a shell that was started without a command takes what is written to it for commands.

use crate::flow::{
    call::Arguments,
    program::is_shell,
    value::{Shape, Value},
};

/// Functions that start a program whose arguments stand in a list behind its name.
const LIST_BEHIND: &[&str] = &[
    "child_process.spawn",
    "child_process.execFile",
    "cross-spawn",
    "cross-spawn.spawn",
    "execa",
    "execa.execa",
    "node-pty.spawn",
    "@homebridge/node-pty-prebuilt-multiarch.spawn",
    "pexpect.spawn",
    "pexpect.spawnu",
    "pexpect.popen_spawn.PopenSpawn",
    "ptyprocess.PtyProcessUnicode.spawn",
    "winpty.PtyProcess.spawn",
];

/// Functions that take the program and its arguments as one list.
const ONE_LIST: &[&str] = &["subprocess.Popen", "psutil.Popen", "Bun.spawn", "anyio.open_process"];

/// Functions that take every word apart.
const APART: &[&str] = &["asyncio.create_subprocess_exec", "asyncio.subprocess.create_subprocess_exec"];

/// True for a call that opens a shell at the other end of a connection.
pub(super) fn opens_shell(api: Option<&str>, method: Option<&str>, arguments: &Arguments) -> bool {
    // `client.invoke_shell()`, `ssh.requestShell()`: nothing else is named like that.
    if matches!(method, Some("invoke_shell" | "requestShell")) {
        return true;
    }
    let Some(api) = api else { return false };
    let connected = api.starts_with("asyncssh.") && api.ends_with(".create_process");
    matches!(api, "pexpect.pxssh.pxssh" | "pxssh.pxssh") || connected && arguments.positional.is_empty()
}

/// True for a call that starts a shell which reads its commands from its input.
pub(super) fn starts_shell(api: &str, arguments: &Arguments) -> bool {
    let given = &arguments.positional;
    let Some(first) = given.first() else { return false };
    let words: Vec<Value> = if LIST_BEHIND.contains(&api) {
        let behind = match given.get(1).map(|list| &list.shape) {
            None | Some(Shape::Object(_)) => Vec::new(),
            Some(Shape::List(items)) if items.rest.is_none() => items.known.clone(),
            // Nobody knows what the shell is told to do.
            Some(_) => return false,
        };
        std::iter::once(first.clone()).chain(behind).collect()
    } else if ONE_LIST.contains(&api) {
        first.items().map_or_else(|| vec![first.clone()], <[Value]>::to_vec)
    } else if APART.contains(&api) {
        given.clone()
    } else {
        return false;
    };
    let Some((program, options)) = words.split_first() else { return false };
    let named = program.as_str().is_some_and(is_shell)
        || matches!(program.api(), Some("process.env.SHELL" | "os.environ.SHELL"));
    named && options.iter().all(|option| option.as_str().is_some_and(reads_on))
}

/// True for options of a shell behind which it still reads its commands from its input.
fn reads_on(option: &str) -> bool {
    const READING: &[&str] = &[
        "-",
        "-i",
        "-l",
        "-s",
        "-il",
        "-li",
        "--login",
        "--interactive",
        "--norc",
        "--noprofile",
        "-NoExit",
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        "/Q",
        "/q",
    ];
    READING.contains(&option)
}
