//! A caller's value that is run as code.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    process::{Started, is_code_option, leading_script, own_interpreter, started},
    sink::{of_whole, reached, reached_at_most, short, split},
};
use crate::{
    flow::{Call, Hazards, Value, program::program_name},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct CodeInjection;

static META: RuleMeta = RuleMeta {
    id: "code-injection",
    title: "Caller's value run as code",
    class: Class::Injection,
    severity: Severity::Block,
    cwe: &[94, 95],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Parse what is expected: ast.literal_eval, JSON.parse, a small parser of arithmetic",
        "Run code only in a sandbox outside of the server's process",
    ],
    page: include_str!("code_injection.md"),
};

/// Functions whose first argument is run as code.
const FIRST: &[&str] = &[
    "eval",
    "exec",
    "compile",
    "execfile",
    "vm.runInContext",
    "vm.runInNewContext",
    "vm.runInThisContext",
    "vm.compileFunction",
    "vm.Script",
    "vm.SourceTextModule",
    "vm2.VM().run",
    "vm2.NodeVM().run",
    "runpy.run_path",
    "code.InteractiveInterpreter().runcode",
    "code.InteractiveInterpreter().runsource",
    "code.InteractiveConsole().push",
    "timeit.timeit",
    "pandas.eval",
    "numexpr.evaluate",
    "sympy.sympify",
    "sympy.S",
    "sympy.parse_expr",
    "sympy.parsing.sympy_parser.parse_expr",
    "sympy.core.sympify.sympify",
    "lupa.LuaRuntime().execute",
    "lupa.LuaRuntime().eval",
    "js2py.eval_js",
    "js2py.eval_js6",
    "rpy2.robjects.r",
    "oct2py.Oct2Py().eval",
    "matlab.engine.start_matlab().eval",
    "matlab.engine.connect_matlab().eval",
    "asteval.Interpreter().eval",
    "maya.mel.eval",
    "safe-eval",
    "static-eval",
    "notevil",
    "IPython.get_ipython().run_cell",
    "IPython.core.interactiveshell.InteractiveShell().run_cell",
    "IPython.core.interactiveshell.InteractiveShell.instance().run_cell",
    "IPython.core.interactiveshell.InteractiveShell.instance().run_cell_async",
    "IPython.terminal.embed.InteractiveShellEmbed().run_cell",
    "jupyter_client.KernelManager().client().execute",
    "jupyter_client.AsyncKernelManager().client().execute",
    "jupyter_client.BlockingKernelClient().execute",
    "jupyter_client.manager.KernelManager().client().execute",
    "jupyter_client.manager.AsyncKernelManager().client().execute",
    "execjs.eval",
    "execjs.exec_",
    "execjs.compile",
    "py_mini_racer.MiniRacer().eval",
    "dukpy.evaljs",
    "setTimeout",
    "setInterval",
    "run-applescript",
    "run-applescript.runAppleScript",
    "run-applescript.runAppleScriptSync",
    "run-jxa",
    "run-jxa.runJxa",
    "applescript.execString",
    "node-osascript.execute",
    "node-osascript.executeFile",
    "node-applescript.execString",
    "@jxa/run.runJXACode",
    "osascript.run",
    "applescript.AppleScript",
    "applescript.run",
    "osascript.osascript",
];

impl Rule for CodeInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let Some(api) = call.api() else { return };
        if given_to_interpreter(call, out) {
            return;
        }
        let name = short(api);
        if FIRST.contains(&api) || is_frame_method(api) {
            let Some(code) = call.arg(0).or_else(|| call.keyword("source")).or_else(|| call.keyword("expr"))
            else {
                return;
            };
            if let Some(path) = call.flow(code, Hazards::CODE) {
                out.report(reached(
                    call,
                    &path,
                    of_whole(&path, Severity::Block),
                    &format!("is run as code by `{name}`"),
                ));
            }
            return;
        }
        if let Some(expression) = jsonpath(call, api)
            && let Some(path) = call.flow(expression, Hazards::CODE)
        {
            let what = format!("holds filters that `{name}` runs as code");
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
            return;
        }
        if let Some(script) = lua(call, api)
            && let Some(path) = call.flow(script, Hazards::CODE)
        {
            let what = format!("is part of the Lua script that `{name}` runs in the database");
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::High, &what));
            return;
        }
        match api {
            "worker_threads.Worker" => {
                let is_text = call.option("eval").and_then(Value::as_bool) == Some(true);
                let code = call
                    .arg(0)
                    .filter(|code| is_text || code.prefix().is_some_and(|text| text.starts_with("data:")));
                if let Some(path) = code.and_then(|code| call.flow(code, Hazards::CODE)) {
                    let severity = of_whole(&path, Severity::Block);
                    out.report(reached(call, &path, severity, "is what the worker runs"));
                }
            }
            // `import("data:text/javascript,…")`.
            "import" => {
                let code =
                    call.arg(0).filter(|url| url.prefix().is_some_and(|text| text.starts_with("data:")));
                if let Some(path) = code.and_then(|code| call.flow(code, Hazards::CODE)) {
                    out.report(reached(
                        call,
                        &path,
                        Severity::Block,
                        "is the text of the module that is loaded",
                    ));
                }
            }
            "Function"
            | "AsyncFunction"
            | "GeneratorFunction"
            | "Object.getPrototypeOf().constructor"
            | "Function.constructor" => {
                if let Some(path) = call.args().iter().find_map(|part| call.flow(part, Hazards::CODE)) {
                    out.report(reached(call, &path, Severity::Block, "becomes the body of a new function"));
                }
            }
            "setTimeout" | "setInterval" | "setImmediate" => {
                let Some(code) = call.arg(0).filter(|code| !code.is_function() && code.prefix().is_some())
                else {
                    return;
                };
                if let Some(path) = call.flow(code, Hazards::CODE) {
                    out.report(reached(
                        call,
                        &path,
                        of_whole(&path, Severity::Block),
                        &format!("is run as code by `{name}`"),
                    ));
                }
            }
            _ => in_page(call, api, out),
        }
    }
}

/// The expression of a JSONPath whose filters are evaluated, unless that is turned off.
fn jsonpath<'a>(call: &Call<'a>, api: &str) -> Option<&'a Value> {
    if api == "jsonpath-plus.JSONPath" || api == "jsonpath-plus" || api == "jsonpath-plus.JSONPath.JSONPath" {
        let first = call.arg(0)?;
        let off = first.field("eval").is_some_and(|eval| eval.as_bool() == Some(false));
        let expression = if first.fields().is_empty() { first } else { first.field("path")? };
        return (!off).then_some(expression);
    }
    let (object, method) = split(api);
    let asks = matches!(method, "query" | "paths" | "nodes" | "value" | "apply" | "parent");
    (object == "jsonpath" && asks).then(|| call.arg(1)).flatten()
}

/// The Lua script that Redis and its kin are given.
fn lua<'a>(call: &Call<'a>, api: &str) -> Option<&'a Value> {
    let (object, method) = split(api);
    let is_store =
        ["redis", "ioredis", "valkey", "iovalkey", "aioredis", "@upstash/redis", "@redis/client", "glide"]
            .iter()
            .any(|name| object.starts_with(name));
    match method {
        "eval" | "evalRo" | "eval_ro" | "register_script" if is_store => call.arg(0),
        "defineCommand" if is_store => call.arg(1)?.field("lua"),
        _ => None,
    }
}

/// `python -c text`, `node -e text`: started without a shell, or in a line that is quoted for one.
fn given_to_interpreter(call: &Call<'_>, out: &mut Findings) -> bool {
    let (program, arguments) = match started(call) {
        Some(Started::Program { program, arguments, .. }) => (program, arguments),
        Some(Started::Shell(line)) => return in_line(call, line, out),
        _ => return false,
    };
    let Some(program) = program.as_str().or(own_interpreter(program)).or(program.suffix()) else {
        return false;
    };
    let option =
        arguments.iter().position(|word| word.as_str().is_some_and(|word| is_code_option(program, word)));
    let code = match option {
        Some(at) => arguments.get(at + 1).copied(),
        None => leading_script(program, &arguments),
    };
    let Some(path) = code.and_then(|code| call.flow(code, Hazards::CODE)) else { return false };
    out.report(reached(
        call,
        &path,
        of_whole(&path, Severity::Block),
        &format!("is run as code by `{}`", program_name(program)),
    ));
    true
}

/// `osascript -e '…'` as a line that a shell reads. What the shell itself would take for a command is
/// `command-injection`; what only the interpreter does is told here.
fn in_line(call: &Call<'_>, line: &Value, out: &mut Findings) -> bool {
    let Some(before) = line.prefix() else { return false };
    let words: Vec<&str> = before.split_whitespace().collect();
    let program = words.windows(2).find(|pair| is_code_option(pair[0], pair[1])).map(|pair| pair[0]);
    let Some(program) = program.filter(|_| call.flow(line, Hazards::COMMAND).is_none()) else { return false };
    let Some(path) = call.flow(line, Hazards::CODE) else { return false };
    let what = format!("is run as code by `{}`, for which it is not quoted", program_name(program));
    out.report(reached(call, &path, of_whole(&path, Severity::Error), &what));
    true
}

/// `DataFrame.eval` and `DataFrame.query` run expressions with access to every variable and method.
fn is_frame_method(api: &str) -> bool {
    let (object, method) = split(api);
    matches!(method, "eval" | "query") && object.starts_with("pandas.") && object.ends_with("()")
}

/// Script text that a caller's value is put into, run in a page of a browser that the server drives.
fn in_page(call: &Call<'_>, api: &str, out: &mut Findings) {
    let (object, method) = split(api);
    let is_page = ["puppeteer", "playwright", "selenium"].iter().any(|word| object.starts_with(word));
    if !is_page
        || !matches!(
            method,
            "evaluate" | "evaluate_handle" | "evaluateHandle" | "execute_script" | "addScriptTag"
        )
    {
        return;
    }
    let Some(code) = call.arg(0).filter(|code| !code.is_function()) else { return };
    let Some(path) = call.flow(code, Hazards::CODE) else { return };
    // A tool that runs the caller's own script in a page does what it says; a value put between other script does not.
    let put_between =
        path.concatenated && code.prefix().is_some_and(|before| before.trim_start_matches('(').len() > 1);
    let severity = if put_between { Severity::Error } else { Severity::Info };
    let what = format!("is run as script in a page by `{method}`");
    out.report(reached_at_most(call, &path, severity, Confidence::Medium, &what));
}
