//! A router of FastAPI that asks nobody who they are, beside others that do.

use sigyl_core::Span;

use super::{auth_words, code::Code};
use crate::{
    context::TreeContext,
    files::FileRole,
    ir::{ExprId, Function},
    rule::{Draft, Findings},
};

/// Routers that ask, from which it is taken that all are to. Chosen.
const FEWEST_THAT_ASK: usize = 2;

/// What the paths of files speak of whose routes are there for those who are not known yet.
const FOR_STRANGERS: &[&str] = &[
    "auth",
    "login",
    "signup",
    "regist",
    "health",
    "status",
    "discovery",
    "well_known",
    "public",
    "webhook",
    "static",
    "metrics",
    "callback",
];

/// Reports routers whose routes change something and ask nobody, where other routers of the tree ask.
pub(super) fn open_routers(tree: &TreeContext<'_>, out: &mut Findings) {
    let mut asking = 0;
    let mut open = Vec::new();
    for (index, file) in tree.files.iter().enumerate() {
        if file.role != FileRole::Runtime || !file.holds_any(&["APIRouter", "FastAPI"]) {
            continue;
        }
        let Some(code) = Code::of(file, &["APIRouter", "FastAPI"]) else { continue };
        if asked_of_all(&code) {
            return;
        }
        match routes(&code) {
            Routes::Asking => asking += 1,
            Routes::Open(span, path) => {
                let lower = file.path.to_ascii_lowercase();
                if !FOR_STRANGERS.iter().any(|word| lower.contains(word)) {
                    open.push((index, span, path.to_owned()));
                }
            }
            Routes::Harmless => {}
        }
    }
    if asking < FEWEST_THAT_ASK {
        return;
    }
    for (index, span, path) in open {
        let message = format!("`{path}` has no check of the caller, unlike the routes of the other routers");
        out.report(Draft::new(tree.files[index].place(span), message));
    }
}

/// What the routes of a file do about their callers.
enum Routes<'m> {
    /// One of them asks.
    Asking,
    /// None does, and this one changes something.
    Open(Span, &'m str),
    /// None that is a router's changes anything.
    Harmless,
}

fn routes<'m>(code: &Code<'m>) -> Routes<'m> {
    let mut open = None;
    let mut routers = code.all().filter(|id| code.last_name_of_callee(*id) == Some("APIRouter")).peekable();
    let has_router = routers.peek().is_some();
    if let Some(given) = routers.find_map(|router| code.option(router, "dependencies")) {
        let asks = code.within(code.module.span(given)).any(|part| knows_caller(code, part));
        return if asks { Routes::Asking } else { Routes::Harmless };
    }
    for function in &code.module.functions {
        for decorator in &function.decorators {
            let Some(verb) = code.last_name_of_callee(*decorator) else { continue };
            if !matches!(verb, "get" | "post" | "put" | "patch" | "delete" | "api_route" | "websocket") {
                continue;
            }
            if asks(code, *decorator, function) {
                return Routes::Asking;
            }
            let path = code.arguments(*decorator).first().and_then(|path| code.text(*path));
            if has_router && open.is_none() && matches!(verb, "post" | "put" | "patch" | "delete") {
                open = path.map(|path| (code.module.span(*decorator), path));
            }
        }
    }
    open.map_or(Routes::Harmless, |(span, path)| Routes::Open(span, path))
}

/// True for a route that gets something which knows the caller, or looks at one itself.
fn asks(code: &Code<'_>, decorator: ExprId, function: &Function) -> bool {
    let params = function.params.iter().flat_map(|param| param.default.into_iter().chain(param.annotation));
    let given = code.option(decorator, "dependencies").into_iter().chain(params);
    let depends = given.flat_map(|id| code.within(code.module.span(id))).any(|part| knows_caller(code, part));
    depends
        || code.within(function.span).any(|id| {
            auth_words::refuses(code, id) || code.callee(id).is_some_and(|path| auth_words::verifies(&path))
        })
}

/// `Depends(require_write_access)`, `Security(current_user)`.
fn knows_caller(code: &Code<'_>, id: ExprId) -> bool {
    const WORDS: &[&str] =
        &["token", "auth", "user", "access", "permission", "role", "principal", "api_key", "apikey"];
    matches!(code.last_name_of_callee(id), Some("Depends" | "Security"))
        && code.arguments(id).first().and_then(|asked| code.last_name(*asked)).is_some_and(|name| {
            let lower = name.to_ascii_lowercase();
            WORDS.iter().any(|word| lower.contains(word))
        })
}

/// True where an application asks before any of its routers does, or may.
fn asked_of_all(code: &Code<'_>) -> bool {
    code.all().any(|id| match code.last_name_of_callee(id) {
        Some("FastAPI" | "include_router") => code.option(id, "dependencies").is_some(),
        Some("add_middleware" | "middleware") => code
            .within(code.module.span(id))
            .any(|part| code.last_name(part).is_some_and(|name| name.to_ascii_lowercase().contains("auth"))),
        _ => false,
    }) || code.module.functions.iter().any(|function| {
        function.decorators.iter().any(|id| code.last_name_of_callee(*id) == Some("middleware"))
            && code.within(function.span).any(|id| auth_words::refuses(code, id))
    })
}
