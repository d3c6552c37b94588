//! A caller's value that chooses a file outside of the intended folder.

use sigyl_core::{Class, Severity};

use super::{
    file_access::{Access, accessed},
    sink::{reached, short},
};
use crate::{
    flow::{Call, FlowPath, Hazards, SourceKind, Value},
    mend::{Edits, Mend, Mendable},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct PathTraversal;

static META: RuleMeta = RuleMeta {
    id: "path-traversal",
    title: "File that the caller chooses",
    class: Class::PathTraversal,
    severity: Severity::Error,
    cwe: &[22, 73],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Resolve the path with its links, then require that it lies in the intended folder, compared with the separator at its end",
        "Take a name, not a path: path.basename(name), Path(name).name",
    ],
    page: include_str!("path_traversal.md"),
};

const LEAVES: Hazards = Hazards::PATH_UP;

impl Rule for PathTraversal {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        let call = file.call_at(draft.place.span)?;
        let code = file.code().filter(|_| file.is_python())?;
        if code.last_name_of_callee(call) != Some("extractall") || code.option(call, "filter").is_some() {
            return None;
        }
        let edits = Edits::of(file).add_argument(call, "filter=\"data\"")?;
        edits.done("Unpack with the filter `data`, which keeps members inside of the folder")
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if prefix_check(call, out) {
            return;
        }
        let Some((paths, access)) = accessed(call) else { return };
        let name = call.api().or(call.method()).map_or("the call", short);
        for value in paths {
            if matches!(value.api(), Some("io.BytesIO()" | "io.StringIO()")) {
                continue;
            }
            let Some(path) = call.flow(value, LEAVES | Hazards::PATH_ABSOLUTE) else { continue };
            let what = match access {
                Access::Read => format!("chooses the file that `{name}` reads"),
                Access::Write => format!("chooses the file that `{name}` writes"),
                Access::Delete => format!("chooses what `{name}` deletes"),
                Access::Unpack => {
                    format!("is unpacked by `{name}`, whose members can name files outside of the folder")
                }
            };
            let draft = reached(call, &path, severity(value, &path, access), &what);
            out.report(draft);
            return;
        }
    }
}

fn severity(value: &Value, path: &FlowPath, access: Access) -> Severity {
    // What a path is put behind is the folder that was meant; a folder of the user's own is as good as a whole path.
    let joined = path.concatenated && !value.is_led_by_caller();
    match (joined, access, path.source) {
        (true, ..) | (_, Access::Unpack, _) => Severity::Error,
        // A file of the server's own name in a folder of the user's.
        (_, Access::Delete, _) if !path.concatenated => Severity::Error,
        // A folder that an earlier call opened as the one to work in; what that call does with it is told there.
        (_, Access::Read | Access::Write, SourceKind::ToolArgument) if path.kept => Severity::Info,
        // Whoever reaches a server over HTTP, or names a resource, is not the user at whose machine it runs.
        (_, _, SourceKind::HttpRequest | SourceKind::ResourceUri) => Severity::Error,
        // A path as it was given: reading or writing where the user said may be what the tool is for.
        _ => Severity::Warning,
    }
}

/// `resolved.startsWith(base)` where `base` has no separator at its end: `/srv/data-private` begins with `/srv/data`.
fn prefix_check(call: &Call<'_>, out: &mut Findings) -> bool {
    let subject = match call.method() {
        Some("startsWith" | "startswith") => {
            let (Some(prefix), Some(receiver)) = (call.arg(0), call.receiver()) else { return false };
            let is_folder = match prefix.items() {
                Some(items) => !items.is_empty() && items.iter().all(is_bare_folder),
                None => is_bare_folder(prefix),
            };
            if !is_folder || !receiver.is_normalised() || call.flow(prefix, Hazards::ALL).is_some() {
                return false;
            }
            receiver
        }
        _ if call.is(&["os.path.commonprefix"]) => {
            let Some(found) = call.arg(0).and_then(|list| {
                list.items()
                    .unwrap_or_default()
                    .iter()
                    .find(|item| call.flow(item, LEAVES | Hazards::PATH_ABSOLUTE).is_some())
            }) else {
                return false;
            };
            found
        }
        _ => return false,
    };
    let Some(path) = call.flow(subject, LEAVES | Hazards::PATH_ABSOLUTE) else { return false };
    let what = "is compared with a folder character by character: a folder beside it whose name begins the same passes";
    let draft = reached(call, &path, Severity::Error, what);
    out.report(draft.fix("Compare with the separator at the end: startsWith(base + path.sep), or use path.relative, Path.is_relative_to"));
    true
}

fn is_bare_folder(value: &Value) -> bool {
    if value.ends_with_separator() {
        return false;
    }
    match value.as_str() {
        Some(text) => {
            text.starts_with('/') && text.len() > 1 && !text.ends_with('/') || text.get(1..3) == Some(":\\")
        }
        None => true,
    }
}
