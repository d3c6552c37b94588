//! What one caller left on the server, and any other one gets who names it: tasks, jobs, records that are kept by id.

use rustc_hash::FxHashSet;
use sigyl_core::Confidence;

use super::code::{Code, words};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::{ExprId, ExprKind, FunctionId, Pattern, PropertyKey},
    rule::{Draft, Findings},
};

/// Names that say that a server knows who is calling.
const KNOWS_CALLER: &[&str] = &[
    "get_access_token",
    "current_identity",
    "verify_token",
    "verify_access_token",
    "TokenVerifier",
    "JWTVerifier",
    "BearerAuthProvider",
    "get_current_user",
    "authInfo",
    "requireBearerAuth",
    "verifyAccessToken",
];

/// Words of names that say whose something is, or who asks.
const OWNERS: &[&str] = &[
    "owner",
    "owners",
    "owned",
    "user",
    "userid",
    "username",
    "principal",
    "identity",
    "subject",
    "sub",
    "tenant",
    "caller",
    "claims",
    "account",
    "authinfo",
];

/// What asks for a task of the protocol by its id.
const OF_TASKS: &[&str] = &["tasks/list", "tasks/result", "tasks/cancel"];

/// Reports records of all callers that are given to each of them.
pub(super) fn given_to_anyone(tree: &TreeContext<'_>, out: &mut Findings) {
    let runtime = || tree.files.iter().filter(|file| file.role == FileRole::Runtime);
    let knows = runtime().any(|file| file.holds_any(KNOWS_CALLER));
    if !knows {
        return;
    }
    for file in runtime() {
        if let Some(code) = Code::of(file, &["tasks/get"]) {
            unowned_tasks(file, &code, out);
        }
        if let Some(code) = Code::of(file, &["owner", "user", "caller", "sub", "by"]) {
            unchecked_records(file, &code, out);
        }
    }
}

/// Handlers of the protocol's tasks in a file that nowhere says whose a task is.
fn unowned_tasks(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let names = |wanted: &str| code.module.names.iter().any(|name| &**name == wanted);
    if !names("tasks/get")
        || !OF_TASKS.iter().any(|name| names(name))
        || code.all().any(|id| is_owner(code, id))
    {
        return;
    }
    let read = code.all().find(|id| {
        let by_id = |id: &ExprId| matches!(code.last_name(*id), Some("task_id" | "taskId"));
        looked_up(code, *id).is_some_and(|(_, key)| by_id(&key))
            && code.function_at(code.module.span(*id).start) != FunctionId::MODULE
    });
    let Some(read) = read else { return };
    let message = "tasks of all callers are kept together, and nothing here asks whose one is: whoever has, or lists, its id reads and cancels it";
    out.report(
        Draft::new(file.place(code.module.span(read)), message).confidence(Confidence::Medium).fix(
            "Note with each task who made it, and answer for somebody else's as for one that is not there",
        ),
    );
}

/// Records that are kept with who made them, and read by id without a look at that.
fn unchecked_records(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let mut stores: FxHashSet<String> = FxHashSet::default();
    for (target, value, _) in code.assignments() {
        let Pattern::Place(place) = target else { continue };
        if let ExprKind::Index { object, .. } = code.module.expr(*place).kind
            && notes_owner(code, *value)
        {
            stores.insert(code.path(object));
        }
    }
    for id in code.all() {
        if let ExprKind::Call { callee, .. } = code.module.expr(id).kind
            && let ExprKind::Member { object, property } = code.module.expr(callee).kind
            && code.module.name(property) == "set"
            && let [_, value] = code.arguments(id).as_slice()
            && notes_owner(code, *value)
        {
            stores.insert(code.path(object));
        }
    }
    if stores.is_empty() {
        return;
    }
    let mut seen: FxHashSet<FunctionId> = FxHashSet::default();
    for id in code.all() {
        let Some((store, key)) = looked_up(code, id) else { continue };
        let function = code.function_at(code.module.span(id).start);
        let by_parameter = match code.module.expr(key).kind {
            ExprKind::Variable(variable) => code
                .module
                .function(function)
                .params
                .iter()
                .any(|param| param.name == Some(code.module.variable(variable).name)),
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                ["arg", "param", "body", "input"].iter().any(|word| code.path(key).contains(word))
            }
            _ => false,
        };
        if function == FunctionId::MODULE
            || !by_parameter
            || !stores.contains(&code.path(store))
            || asks_owner(code, function, 0)
            || !seen.insert(function)
        {
            continue;
        }
        let message = "the record is kept with who made it, and given to whoever names its id";
        out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium).fix(
            "Compare who made it with who is calling, and answer for somebody else's as for one that is not there",
        ));
    }
}

/// What a table is asked for, and with what: `jobs[id]`, `jobs.get(id)`.
fn looked_up(code: &Code<'_>, id: ExprId) -> Option<(ExprId, ExprId)> {
    match code.module.expr(id).kind {
        ExprKind::Index { object, index } => Some((object, index)),
        ExprKind::Call { callee, .. } => {
            let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
            let first = code.arguments(id).first().copied()?;
            matches!(code.module.name(property), "get" | "find" | "fetch" | "load" | "get_task" | "getTask")
                .then_some((object, first))
        }
        _ => None,
    }
}

/// True for a record one of whose fields says who made it.
fn notes_owner(code: &Code<'_>, record: ExprId) -> bool {
    let record = code.resolve(record);
    let of_caller = |name: &str, value: ExprId| {
        let named = name == "by" || words(name).iter().any(|word| OWNERS.contains(&word.as_str()));
        named && code.sources(value).into_iter().take(20).any(|part| is_caller(code, part))
    };
    match code.module.expr(record).kind {
        ExprKind::Object(list) => code.module.properties(list).iter().any(|property| match property.key {
            PropertyKey::Name(name) => of_caller(code.module.name(name), property.value),
            _ => false,
        }),
        ExprKind::Call { .. } => code.all_arguments(record).iter().any(|argument| {
            argument.keyword.is_some_and(|name| of_caller(code.module.name(name), argument.value))
        }),
        _ => false,
    }
}

/// True for what tells who is calling.
fn is_caller(code: &Code<'_>, id: ExprId) -> bool {
    let path = match code.module.expr(id).kind {
        ExprKind::Call { .. } => match code.callee(id) {
            Some(path) => path.to_string(),
            None => return false,
        },
        ExprKind::Member { .. } | ExprKind::Index { .. } => code.path(id),
        _ => return false,
    };
    let lower = path.to_ascii_lowercase();
    ["access_token", "claims", "identity", "principal", "authinfo", "auth_info", "current_user", "caller"]
        .iter()
        .any(|word| lower.contains(word))
        || ["request.state.user", "req.user", "request.user"].iter().any(|start| lower.starts_with(start))
}

fn is_owner(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Variable(_) | ExprKind::Member { .. } | ExprKind::Call { .. } | ExprKind::Global(_) => {
            code.last_name(id).is_some_and(says_owner)
                || code.last_name_of_callee(id).is_some_and(says_owner)
                || code
                    .all_arguments(id)
                    .iter()
                    .any(|argument| argument.keyword.is_some_and(|name| says_owner(code.module.name(name))))
        }
        ExprKind::String(text) => {
            let text = code.module.name(text);
            text == "by" || text.len() < 24 && !text.contains(' ') && says_owner(text)
        }
        _ => false,
    }
}

fn says_owner(name: &str) -> bool {
    let all = words(name);
    all.iter().any(|word| OWNERS.contains(&word.as_str()))
        || all
            .windows(2)
            .any(|pair| matches!((pair[0].as_str(), pair[1].as_str()), ("client" | "session", "id")))
}

/// True where a function, or one of the module's that it calls, speaks of whose something is.
fn asks_owner(code: &Code<'_>, function: FunctionId, depth: usize) -> bool {
    let span = code.function_span(function);
    code.within(span).any(|id| is_owner(code, id))
        || depth < 2
            && code.within(span).any(|id| match code.module.expr(id).kind {
                ExprKind::Call { callee, .. } => code
                    .as_function(callee)
                    .is_some_and(|next| next != function && asks_owner(code, next, depth + 1)),
                _ => false,
            })
}
