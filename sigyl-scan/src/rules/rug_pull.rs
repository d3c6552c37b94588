//! Tools that change after they were looked at, and code that comes from elsewhere while the server runs.

use rustc_hash::FxHashSet;
use sigyl_core::{Class, Confidence, Severity};

use super::code::Code;
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, FunctionId, Pattern as Target, PropertyKey},
    lexical::Pattern,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct RugPull;

static META: RuleMeta = RuleMeta {
    id: "rug-pull",
    title: "Tool or code that changes at run time",
    class: Class::ToolPoisoning,
    severity: Severity::Error,
    cwe: &[494, 353],
    owasp: Some("MCP03"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Write descriptions as fixed text, and change them in a release only",
        "Ship the code that runs, pinned by version and hash, instead of fetching it",
    ],
    page: include_str!("rug_pull.md"),
};

/// Calls that answer with something from another host.
const FETCHES: &[&str] = &[
    "fetch",
    "axios",
    "axios.get",
    "axios.post",
    "got",
    "got.get",
    "node-fetch",
    "undici.fetch",
    "undici.request",
    "https.get",
    "http.get",
    "requests.get",
    "requests.post",
    "requests.request",
    "httpx.get",
    "httpx.post",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "urlopen",
    "ky",
    "ky.get",
    "superagent.get",
    "needle",
    "aiohttp.ClientSession().get",
    "httpx.AsyncClient().get",
    "httpx.Client().get",
    "requests.Session().get",
];

/// A download on a command line that goes on into an interpreter.
static DOWNLOADED_AND_RUN: Pattern = Pattern::new(concat!(
    r"(?i)\b(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)\b[^\n]{0,300}?",
    r"(?:\|\s*(?:sudo\s+)?(?:(?:ba|z|da)?sh|node|python3?|perl|ruby|iex)\b|&&\s*(?:chmod|(?:ba|z)?sh|node|python3?)\b)",
    r"|(?:\$\(|<\(|`)\s*(?:curl|wget)\b|\biex\b[^\n]{0,40}\b(?:iwr|irm|downloadstring)\b"
));
/// One whose address stands there whole, and cannot be changed on its way.
static FIXED_INSTALLER: Pattern =
    Pattern::new(r#"(?i)^[^$`{}]*\bhttps://[a-z0-9.-]+(?:/[^\s$`{}|"']*)?[^$`{}]*$"#);
static INSTALLS: Pattern = Pattern::new(r"(?i)\b(?:pip3?|uv pip|npm|pnpm|yarn)\s+(?:install|add|i)\b");

impl Rule for RugPull {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let Some(code) = Code::of(
            file,
            &[
                "description",
                "__doc__",
                "eval",
                "exec",
                "Function",
                "import",
                "require",
                "install",
                "curl",
                "runIn",
            ],
        ) else {
            return;
        };
        let counters = counters(file, &code);
        let scene = Scene { code: &code, counters: &counters };
        changed_descriptions(file, &scene, out);
        varying_descriptions(file, &scene, out);
        fetched_code(file, &code, out);
    }
}

/// A module, and what is counted up in it.
struct Scene<'c, 'm> {
    code: &'c Code<'m>,
    counters: &'c FxHashSet<String>,
}

/// The paths of everything that grows by adding to it: `n += 1`, `n = n + 1`, `n++`.
fn counters(file: &FileContext<'_>, code: &Code<'_>) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for (target, value, _) in code.assignments() {
        if !matches!(
            code.module.expr(*value).kind,
            ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Arithmetic, .. }
        ) {
            continue;
        }
        file.spend(8);
        match target {
            Target::Variable(variable, _) => {
                found.insert(code.module.name(code.module.variable(*variable).name).to_owned());
            }
            Target::Place(place) => {
                found.insert(code.path(*place));
            }
            _ => {}
        }
    }
    for id in code.all() {
        let ExprKind::Unary(value) = code.module.expr(id).kind else { continue };
        let text = &file.text[code.module.span(id).range(file.text.len())];
        if text.starts_with("++") || text.ends_with("++") {
            found.insert(code.path(value));
        }
    }
    found
}

/// `tool.description = …`, `tool.__doc__ = …`, `tool.update({ description: … })` while the server runs.
fn changed_descriptions(file: &FileContext<'_>, scene: &Scene<'_, '_>, out: &mut Findings) {
    let code = scene.code;
    for (target, value, span) in code.assignments() {
        let Target::Place(place) = target else { continue };
        let ExprKind::Member { object, property } = code.module.expr(*place).kind else { continue };
        let name = code.module.name(property);
        let owner = code.path(object);
        file.spend(16);
        if name == "__doc__" {
            // Decorators copy the text of what they wrap; that is no new text.
            let own = code.function_at(span.start);
            if own != FunctionId::MODULE
                && !copies(code, *value)
                && !sets_up(code, own)
                && !runs_at_import(code, own)
            {
                out.report(Draft::new(
                    file.place(*span),
                    "a tool's description is replaced while the server runs",
                ));
            }
            continue;
        }
        if name != "description" || !is_tool(&owner) {
            continue;
        }
        if let Some(why) = changes_by(scene, span.start)
            .or_else(|| is_remote(code, *value).then_some("the answer of another host"))
        {
            out.report(Draft::new(file.place(*span), format!("a tool's description changes by {why}")));
        }
    }
    for id in code.all() {
        let Some(callee) = code.callee(id) else { continue };
        let Some(owner) = callee.strip_suffix(".update") else { continue };
        let Some(description) =
            code.arguments(id).first().and_then(|first| code.property(*first, "description"))
        else {
            continue;
        };
        if owner.contains("createHash") {
            continue;
        }
        let span = code.module.span(id);
        let why = changes_by(scene, span.start).or_else(|| varies(scene, description));
        if let Some(why) = why {
            out.report(Draft::new(file.place(span), format!("a tool's description changes by {why}")));
        }
    }
}

/// True for the path of something that is called a tool.
fn is_tool(owner: &str) -> bool {
    let owner = owner.to_ascii_lowercase();
    owner.contains("tool") || owner.ends_with(".[]") && owner.contains("registered")
}

/// True for the text of another function.
fn copies(code: &Code<'_>, value: ExprId) -> bool {
    code.path(value).ends_with("__doc__") || matches!(code.module.expr(value).kind, ExprKind::Null)
}

/// True for functions that make other functions before anything is served: decorators, factories, registration.
fn sets_up(code: &Code<'_>, function: FunctionId) -> bool {
    let name = code.function_name(function).to_ascii_lowercase();
    [
        "register", "create", "make", "build", "decorat", "wrap", "__init__", "setup", "factory", "convert",
        "generate", "to_tool", "from_",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// True for a function that the module itself calls while it is loaded.
fn runs_at_import(code: &Code<'_>, function: FunctionId) -> bool {
    let name = code.function_name(function);
    !name.is_empty()
        && code.all().any(|id| {
            code.callee(id).as_deref() == Some(&*name)
                && code.function_at(code.module.span(id).start) == FunctionId::MODULE
        })
}

/// What a test around `offset`, in the same function, makes the code there depend on.
fn changes_by(scene: &Scene<'_, '_>, offset: u32) -> Option<&'static str> {
    let code = scene.code;
    let function = code.function_at(offset);
    code.branches().iter().find_map(|(test, _, _, span)| {
        let around = span.start <= offset && offset < span.end && code.function_at(span.start) == function;
        if around { dynamic(scene, *test) } else { None }
    })
}

/// What a value of several depends on, where it is written out: `calls > 3 ? a : b`.
fn varies(scene: &Scene<'_, '_>, id: ExprId) -> Option<&'static str> {
    let code = scene.code;
    if is_remote(code, id) {
        return Some("the answer of another host");
    }
    code.sources_through(id, |_, _| false).into_iter().find_map(|source| {
        match code.module.expr(source).kind {
            ExprKind::Conditional { test, .. } => dynamic(scene, test),
            ExprKind::Variable(variable) => {
                // `let text = A; if (calls > 3) { text = B; }`
                let values = code.values_of(variable);
                (values.len() > 1)
                    .then(|| {
                        values.iter().find_map(|value| changes_by(scene, code.module.span(*value).start))
                    })
                    .flatten()
            }
            _ => None,
        }
    })
}

/// What makes a test come out differently from one moment to the next: a clock, a counter, chance, a file that marks.
fn dynamic(scene: &Scene<'_, '_>, test: ExprId) -> Option<&'static str> {
    let code = scene.code;
    let module = code.module;
    let mut open = vec![test];
    let mut seen = 0;
    while let Some(id) = open.pop() {
        seen += 1;
        if seen > 200 {
            return None;
        }
        match module.expr(id).kind {
            ExprKind::Binary { op, left, right } => {
                if op == BinaryOp::Order && (counts(scene, left) || counts(scene, right)) {
                    return Some("how often it was called");
                }
                open.extend([left, right]);
            }
            ExprKind::Not(value) | ExprKind::Unary(value) | ExprKind::Await(value) => open.push(value),
            ExprKind::Call { .. } | ExprKind::New { .. } => {
                let callee = code.callee(id).unwrap_or_default();
                let last = callee.rsplit('.').next().unwrap_or(&callee);
                if matches!(
                    &*callee,
                    "Date.now"
                        | "Date"
                        | "time.time"
                        | "datetime.datetime.now"
                        | "datetime.now"
                        | "datetime.date.today"
                        | "date.today"
                        | "time.monotonic"
                        | "performance.now"
                        | "datetime.utcnow"
                        | "datetime.datetime.utcnow"
                ) || callee.starts_with("Date().get")
                    || callee.starts_with("datetime.") && callee.contains("now()")
                {
                    return Some("time");
                }
                if callee == "Math.random" || callee.starts_with("random.") {
                    return Some("chance");
                }
                if matches!(last, "existsSync" | "exists" | "is_file" | "isfile" | "accessSync")
                    && !callee.contains("package")
                {
                    return Some("a file that marks something");
                }
                if FETCHES.contains(&&*callee) {
                    return Some("the answer of another host");
                }
                open.extend(code.children(id));
            }
            ExprKind::Variable(variable) => open.extend(code.values_of(variable).iter().take(4)),
            ExprKind::Member { object, .. } => open.push(object),
            ExprKind::Assign { value, .. } => open.push(value),
            _ => {}
        }
    }
    None
}

/// True for a variable that is counted up somewhere, or named for how often something happened.
fn counts(scene: &Scene<'_, '_>, id: ExprId) -> bool {
    let path = scene.code.path(id);
    if scene.counters.contains(&path) {
        return true;
    }
    let lower = path.to_ascii_lowercase();
    let is_named = ["count", "calls", "invocation", "times", "runs", "hits", "executions"]
        .iter()
        .any(|word| lower.contains(word));
    is_named && !lower.contains(['?', '.', '(']) && !lower.contains("max")
}

/// True for a value that is made of what another host answered.
fn is_remote(code: &Code<'_>, id: ExprId) -> bool {
    code.sources(id).into_iter().any(|source| {
        code.callee(source).is_some_and(|callee| FETCHES.contains(&callee.trim_end_matches("()")))
    })
}

/// Objects with a name and a description, and registrations, whose description is not one text.
fn varying_descriptions(file: &FileContext<'_>, scene: &Scene<'_, '_>, out: &mut Findings) {
    let code = scene.code;
    let module = code.module;
    for id in code.all() {
        let (tool, description) = match module.expr(id).kind {
            ExprKind::Object(list) => {
                let field = |name: &str| {
                    module.properties(list).iter().find_map(|property| match property.key {
                        PropertyKey::Name(key) if module.name(key) == name => Some(property.value),
                        _ => None,
                    })
                };
                let Some(description) = field("description") else { continue };
                if field("inputSchema").or(field("input_schema")).is_none() {
                    continue;
                }
                (code.text(field("name").unwrap_or(description)).unwrap_or_default().to_owned(), description)
            }
            ExprKind::Call { .. } | ExprKind::New { .. } => {
                let callee = code.callee(id).unwrap_or_default();
                let last = callee.rsplit('.').next().unwrap_or(&callee);
                let arguments = code.arguments(id);
                let description = match last {
                    "tool" | "registerTool" => {
                        arguments.get(1).copied().filter(|second| code.as_function(*second).is_none())
                    }
                    _ => None,
                };
                let description = match last {
                    "tool" | "Tool" | "add_tool" => code.option(id, "description").or(description),
                    _ => description,
                };
                let Some(description) = description else { continue };
                if matches!(module.expr(code.resolve(description)).kind, ExprKind::Object(_)) {
                    continue;
                }
                (
                    arguments.first().and_then(|name| code.text(*name)).unwrap_or_default().to_owned(),
                    description,
                )
            }
            _ => continue,
        };
        file.spend(64);
        if let Some(why) = varies(scene, description) {
            let whose = if tool.is_empty() { "a tool".to_owned() } else { format!("`{tool}`") };
            let draft = Draft::new(
                file.place(module.span(description)),
                format!("the description of {whose} changes by {why}"),
            );
            // Gateways show the tools of others as those describe them.
            out.report(if why.starts_with("the answer") {
                draft.severity(Severity::Warning).confidence(Confidence::Medium)
            } else {
                draft
            });
        }
    }
}

fn fetched_code(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    for id in code.all() {
        let Some(callee) = code.callee(id) else { continue };
        let last = callee.rsplit('.').next().unwrap_or(&callee);
        file.spend(8);
        let place = file.place(code.module.span(id));
        let is_code =
            matches!(&*callee, "eval" | "exec" | "Function" | "compile" | "AsyncFunction" | "builtins.exec")
                || callee.starts_with("vm.")
                    && (last.starts_with("run") || last == "Script" || last.starts_with("compile"))
                || last == "_compile"
                || last == "exec_module";
        if is_code && code.arguments(id).iter().any(|argument| is_remote(code, *argument)) {
            out.report(Draft::new(place, "code from another host is run"));
            continue;
        }
        let is_command = callee.starts_with("child_process.") || callee.starts_with("subprocess.")
            || callee.starts_with("asyncio.create_subprocess") || matches!(&*callee, "os.system" | "os.popen" | "execa" | "execa.execa" | "shelljs.exec")
            // `promisify(exec)`.
            || promisified(code, id).is_some_and(|of| of.starts_with("child_process."));
        if is_command {
            let texts = command_texts(code, id);
            if let Some(text) = texts.iter().find(|text| DOWNLOADED_AND_RUN.is_match(text)) {
                let draft = Draft::new(place, "a command runs what it downloads");
                // An installer that somebody publishes at a fixed address is not pinned, and no more than that.
                let fixed = FIXED_INSTALLER.is_match(text);
                out.report(if fixed { draft.severity(Severity::Warning) } else { draft });
            } else if INSTALLS.is_match(&texts.join(" "))
                && code.function_at(code.module.span(id).start) != FunctionId::MODULE
                && imports_later(code, id)
            {
                out.report(
                    Draft::new(place, "a package is installed while the server runs, and then imported")
                        .severity(Severity::Warning)
                        .confidence(Confidence::Medium),
                );
            }
            continue;
        }
        if matches!(
            last,
            "writeFile" | "writeFileSync" | "write_text" | "write_bytes" | "urlretrieve" | "write"
        ) && runs_written(code, id)
        {
            out.report(Draft::new(place, "what another host answered is written to a file and run"));
        }
    }
}

/// The literal texts of a command line or argument vector.
fn command_texts(code: &Code<'_>, id: ExprId) -> Vec<String> {
    let mut texts = Vec::new();
    for argument in code.arguments(id) {
        let mut pieces: Vec<(u32, String)> = code
            .sources_through(argument, |_, _| false)
            .into_iter()
            .filter_map(|source| match code.module.expr(source).kind {
                ExprKind::String(text) => {
                    Some((code.module.span(source).start, code.module.name(text).to_owned()))
                }
                _ => None,
            })
            .collect();
        pieces.sort();
        texts.push(pieces.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" "));
    }
    texts
}

/// True when the same function imports something by a computed name after the call.
fn imports_later(code: &Code<'_>, id: ExprId) -> bool {
    let span = code.module.span(id);
    let function = code.function_span(code.function_at(span.start));
    code.within(function).any(|other| {
        code.module.span(other).start > span.start
            && (code.callee(other).is_some_and(|callee| {
                matches!(
                    &*callee,
                    "__import__" | "import" | "importlib.import_module" | "require" | "import_module"
                ) || callee.ends_with(".require")
            }) || matches!(code.module.expr(other).kind, ExprKind::Require(_)))
    })
}

/// What `promisify(f)` made the function of that is called.
fn promisified(code: &Code<'_>, id: ExprId) -> Option<String> {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return None };
    let made = code.resolve(callee);
    code.callee(made)?
        .ends_with("promisify")
        .then(|| code.arguments(made).first().map(|of| code.path(*of)))
        .flatten()
}

/// True when the call writes what was fetched, and its function then runs or imports the file of that name.
fn runs_written(code: &Code<'_>, id: ExprId) -> bool {
    let arguments = code.arguments(id);
    if !arguments.iter().any(|argument| is_remote(code, *argument))
        && code.callee(id).is_none_or(|callee| !callee.ends_with("urlretrieve"))
    {
        return false;
    }
    let mut names: Vec<&str> = arguments.iter().filter_map(|argument| code.last_name(*argument)).collect();
    if let Some(ExprKind::Call { callee, .. }) = Some(code.module.expr(id).kind)
        && let ExprKind::Member { object, .. } = code.module.expr(callee).kind
    {
        names.extend(code.last_name(object));
        // `with open(path, "wb") as f: f.write(…)`.
        for source in code.sources(object).into_iter().take(64) {
            names.extend(code.last_name(source));
        }
    }
    let span = code.module.span(id);
    let function = code.function_span(code.function_at(span.start));
    code.within(function).any(|other| {
        if code.module.span(other).start <= span.start {
            return false;
        }
        let Some(callee) = code.callee(other) else { return false };
        let runs = matches!(
            &*callee,
            "require"
                | "import"
                | "importlib.import_module"
                | "runpy.run_path"
                | "execfile"
                | "os.system"
                | "exec"
        ) || callee.starts_with("child_process.")
            || callee.starts_with("subprocess.")
            || callee.ends_with("spec_from_file_location")
            || callee.ends_with(".load_dynamic")
            || callee.ends_with("CDLL");
        runs && code.arguments(other).iter().any(|argument| {
            code.sources_through(*argument, |_, _| true)
                .into_iter()
                .any(|source| is_named(code, source, &names))
        })
    })
}

fn is_named(code: &Code<'_>, id: ExprId, names: &[&str]) -> bool {
    code.last_name(id).is_some_and(|name| names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("rug-pull", &[(path, text)]).len()
    }

    #[test]
    fn commands_that_run_downloads() {
        assert!(DOWNLOADED_AND_RUN.is_match("curl -fsSL https://x.io/i.sh | sudo bash"));
        assert!(DOWNLOADED_AND_RUN.is_match("bash -c \"$(wget -qO- https://x.io/i)\""));
        assert!(!DOWNLOADED_AND_RUN.is_match("curl -o out.json https://x.io/data.json"));
    }

    #[test]
    fn decorators_copy_descriptions() {
        let text = "def traced(f):\n    def inner(*a):\n        return f(*a)\n    inner.__doc__ = f.__doc__\n    return inner\n";
        assert_eq!(count("a.py", text), 0);
    }
}
