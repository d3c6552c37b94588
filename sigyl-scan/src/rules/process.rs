//! Calls that start programs, in the forms that both languages have.

use super::sink::split;
use crate::flow::{Call, Value, program::program_name};

/// What a call starts.
#[derive(Debug)]
pub(crate) enum Started<'a> {
    /// A command line as text, that a shell reads.
    Shell(&'a Value),
    /// A program and its arguments, without a shell.
    Program {
        /// The program, where it stands apart.
        program: &'a Value,
        /// The arguments after it, in order.
        arguments: Vec<&'a Value>,
        /// What further arguments hold, where their number is not known.
        rest: Option<&'a Value>,
    },
    /// A program and its arguments that a shell reads all the same.
    ShellWords(Vec<&'a Value>),
}

/// Functions whose first argument a shell reads.
const SHELL_TEXT: &[&str] = &[
    "child_process.exec",
    "child_process.execSync",
    "child-process-promise.exec",
    "promisify-child-process.exec",
    "node-cmd.run",
    "node-cmd.runSync",
    "exec-sh",
    "exec-sh.promise",
    "sudo-prompt.exec",
    "@vscode/sudo-prompt.exec",
    "execa.execaCommand",
    "execa.execaCommandSync",
    "shelljs.exec",
    "Bun.$.raw",
    "os.system",
    "os.popen",
    "os.popen2",
    "os.popen3",
    "commands.getoutput",
    "commands.getstatusoutput",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_shell",
    "paramiko.SSHClient().exec_command",
    "asyncssh.connect().run",
    "asyncssh.connect().create_process",
    "asyncssh.SSHClientConnection().run",
    "parallel_ssh.ParallelSSHClient().run_command",
    "pssh.clients.ParallelSSHClient().run_command",
    "plumbum.SshMachine().session().run",
    "plumbum.machines.SshMachine().session().run",
    "plumbum.machines.paramiko_machine.ParamikoMachine().session().run",
    "spur.SshShell().run",
    "winrm.Session().run_cmd",
    "winrm.Session().run_ps",
    "pypsrp.client.Client().execute_cmd",
    "pypsrp.client.Client().execute_ps",
    "asyncssh.SSHClientConnection().create_process",
    "fabric.Connection().run",
    "fabric.Connection().sudo",
    "fabric.api.run",
    "fabric.api.local",
    "fabric.api.sudo",
    "invoke.run",
    "invoke.context.Context().run",
    "invoke.Context().run",
    "pexpect.run",
    "pexpect.runu",
    "@actions/exec.exec",
    "ssh2.Client().exec",
    "node-ssh.NodeSSH().execCommand",
    "ssh2-promise().exec",
    "simple-ssh().exec",
    "ssh-exec",
    "IPython.get_ipython().system",
    "IPython.get_ipython().getoutput",
    "e2b.Sandbox().commands.run",
    "e2b.Sandbox.create().commands.run",
    "e2b_code_interpreter.Sandbox().commands.run",
    "e2b_code_interpreter.Sandbox.create().commands.run",
];

/// Methods whose names are told apart on any object, with a command line as first argument.
const SHELL_METHODS: &[&str] = &["exec_command", "execCommand"];

/// Programs of Android's own shell.
const OF_ANDROID: &[&str] = &[
    "am",
    "cmd",
    "dumpsys",
    "getprop",
    "input",
    "logcat",
    "monkey",
    "pm",
    "screencap",
    "setprop",
    "settings",
    "svc",
    "uiautomator",
    "wm",
];

/// True for a command line to the shell of an Android device, by whichever library: `device.shell(f"am start {activity}")`.
fn is_for_android(call: &Call<'_>) -> bool {
    matches!(call.method(), Some("shell" | "shell2"))
        && call.arg(0).and_then(Value::prefix).is_some_and(|line| {
            line.split_once(' ').is_some_and(|(program, _)| OF_ANDROID.contains(&program))
        })
}

/// Functions that take a program and a list of arguments.
const WITH_LIST: &[&str] = &[
    "child_process.spawn",
    "child_process.spawnSync",
    "child_process.execFile",
    "child_process.execFileSync",
    "child-process-promise.spawn",
    "child-process-promise.execFile",
    "cross-spawn",
    "cross-spawn.spawn",
    "cross-spawn.sync",
    "execa",
    "execa.execa",
    "execa.execaSync",
    "node-pty.spawn",
    "tinyexec.x",
    "tinyexec.exec",
    "nano-spawn",
    "nano-spawn.default",
    "spawn-rx.spawn",
    "spawn-rx.spawnDetached",
    "spawn-rx.spawnDetachedPromise",
    "spawn-rx.spawnPromise",
    "@npmcli/promise-spawn",
    "@expo/spawn-async",
    "await-spawn",
    "spawn-please",
    "teen_process.exec",
    "promisify-child-process.spawn",
    "promisify-child-process.execFile",
    "os.execv",
    "os.execvp",
    "os.execve",
    "os.execvpe",
];

/// Functions that take everything as one list, or a text.
const ALL_IN_LIST: &[&str] = &[
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "anyio.run_process",
    "anyio.open_process",
    "trio.run_process",
    "pty.spawn",
    "Bun.spawn",
    "Bun.spawnSync",
    "psutil.Popen",
];

/// Functions that take the program and every argument apart.
const ALL_APART: &[&str] =
    &["asyncio.create_subprocess_exec", "asyncio.subprocess.create_subprocess_exec", "os.execl", "os.execlp"];

/// Constructors of the SDK's own client, which starts a server by its command.
const CLIENTS: &[&str] = &[".StdioClientTransport", ".StdioServerParameters"];

/// True for calls that start a program other than by a command line, told by their names alone: rules that ask this of
/// every call are then not told of most of them again.
fn may_start(call: &Call<'_>) -> bool {
    call.is(WITH_LIST)
        || call.is(ALL_IN_LIST)
        || call.is(ALL_APART)
        || call.is(&["Deno.Command"])
        || call.api().is_some_and(|api| CLIENTS.iter().any(|client| api.ends_with(client)))
}

/// What `call` starts, when it starts a program.
pub(crate) fn started<'a>(call: &Call<'a>) -> Option<Started<'a>> {
    if call.is(SHELL_TEXT)
        || call.method().is_some_and(|method| SHELL_METHODS.contains(&method))
        || call.api().is_some_and(|api| api.contains("ssh2.Client()") && split(api).1 == "exec")
        || is_for_android(call)
    {
        return call
            .arg(0)
            .or_else(|| call.keyword("cmd"))
            .or_else(|| call.keyword("command"))
            .map(Started::Shell);
    }
    if !may_start(call) {
        return None;
    }
    let shell = call.option("shell").is_some_and(|shell| {
        shell.as_bool() == Some(true)
            || shell.as_str().is_some_and(|text| !text.is_empty())
            // `shell=isinstance(command, str)`: what holds a space is no program's name.
            || shell.is_unknown()
                && call.arg(0).is_some_and(|first| {
                    first.items().is_none() && first.prefix().is_some_and(|text| text.trim_start().contains(' '))
                })
    });
    if call.is(WITH_LIST) {
        let program = call.arg(0)?;
        let list = call.args().get(1).filter(|list| list.items().is_some());
        if shell {
            let mut words = vec![program];
            words.extend(list);
            return Some(Started::ShellWords(words));
        }
        return Some(Started::Program {
            program,
            arguments: list.and_then(Value::items).unwrap_or_default().iter().collect(),
            rest: list.and_then(Value::rest),
        });
    }
    if call.is(ALL_IN_LIST) {
        let first = call.arg(0).or_else(|| call.keyword("args")).or_else(|| call.keyword("command"))?;
        if shell || call.is(&["anyio.run_process", "anyio.open_process"]) && first.items().is_none() {
            return Some(match first.items() {
                Some(_) => Started::ShellWords(vec![first]),
                None => Started::Shell(first),
            });
        }
        return Some(match first.items() {
            Some([program, rest @ ..]) => {
                Started::Program { program, arguments: rest.iter().collect(), rest: first.rest() }
            }
            Some([]) => {
                Started::Program { program: first.rest()?, arguments: Vec::new(), rest: first.rest() }
            }
            None => Started::Program { program: first, arguments: Vec::new(), rest: None },
        });
    }
    if call.is(ALL_APART) {
        return Some(Started::Program {
            program: call.arg(0)?,
            arguments: call.args().iter().skip(1).collect(),
            rest: None,
        });
    }
    if call.is(&["Deno.Command"]) {
        let list = call.option("args");
        return Some(Started::Program {
            program: call.arg(0)?,
            arguments: list.and_then(Value::items).unwrap_or_default().iter().collect(),
            rest: list.and_then(Value::rest),
        });
    }
    let list = call.option("args");
    Some(Started::Program {
        program: call.option("command")?,
        arguments: list.and_then(Value::items).unwrap_or_default().iter().collect(),
        rest: list.and_then(Value::rest),
    })
}

/// The interpreter that runs the server itself, which has no name of its own.
pub(crate) fn own_interpreter(program: &Value) -> Option<&'static str> {
    match program.api()? {
        "sys.executable" => Some("python"),
        "process.execPath" | "process.argv0" => Some("node"),
        _ => None,
    }
}

/// What `awk` and `sed` take for their program: the first word that is no option, where none says what the program is.
pub(crate) fn leading_script<'v>(program: &str, arguments: &[&'v Value]) -> Option<&'v Value> {
    let takes_value: &[&str] = match program_name(program).as_str() {
        "awk" | "gawk" | "mawk" | "nawk" => &["-F", "-v"],
        "sed" | "gsed" => &["-l"],
        _ => return None,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str().filter(|text| text.starts_with('-')) {
            Some("-f" | "--file") => return None,
            Some(option) if takes_value.contains(&option) => {
                words.next();
            }
            Some(_) => {}
            None => return Some(word),
        }
    }
    None
}

/// Options after which an interpreter takes a program as text.
pub(crate) fn is_code_option(program: &str, option: &str) -> bool {
    let name = program_name(program);
    match name.as_str() {
        "node" | "nodejs" | "bun" => matches!(option, "-e" | "--eval" | "-p" | "--print"),
        "deno" => option == "eval",
        // `-e` may stand behind other letters: `perl -lne`.
        "perl" | "ruby" => option.strip_prefix('-').is_some_and(|letters| {
            letters.ends_with(['e', 'E']) && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }),
        "osascript" | "lua" | "luajit" | "rscript" | "julia" | "elixir" | "groovy" => {
            matches!(option, "-e" | "-E")
        }
        "php" => option == "-r",
        "gdb" => matches!(option, "-ex" | "-iex" | "--eval-command"),
        "vim" | "nvim" => matches!(option, "-c" | "--cmd"),
        "emacs" => matches!(option, "--eval" | "-eval"),
        // Its commands `e` and `w` run programs and write files.
        "sed" | "gsed" => matches!(option, "-e" | "--expression"),
        _ => (name.starts_with("python") || name.starts_with("pypy")) && option == "-c",
    }
}
