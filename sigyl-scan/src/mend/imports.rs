//! Names of other modules that a mend needs: those that are there, or an import that is put in.

use sigyl_core::Span;

use super::Mendable;
use crate::{
    ir::{ExprKind, FunctionId, Import, ImportName, Language, Pattern, PatternKey, VarId},
    rules::code::Code,
};

/// An edit that makes a name known, where one is needed.
pub(crate) type Needed = Option<(Span, String)>;

/// The name of a Python module as it can be written at top level, and the import that makes it so.
pub(crate) fn import_python(file: &Mendable<'_>, module: &str) -> Option<(String, Needed)> {
    let code = file.code()?;
    let name_of = |import: &Import| {
        let is_whole = import.name == ImportName::Namespace
            && code.module.name(import.module) == module
            && import.level == 0
            && is_at_top(file, import.span.start);
        let variable = import.variable.filter(|_| is_whole)?;
        Some(code.module.name(code.module.variable(variable).name).to_owned())
    };
    if let Some(name) = code.module.imports.iter().find_map(name_of) {
        return Some((name, None));
    }
    if is_declared(code, module) {
        return None;
    }
    // Before the first import, but behind those of `__future__`, which come first.
    let first = code.module.imports.iter().find(|import| {
        code.module.name(import.module) != "__future__" && is_at_top(file, import.span.start)
    })?;
    let start = line_start(file.file().text, first.span.start);
    let line = file.file().text.get(start as usize..)?;
    (line.starts_with("import ") || line.starts_with("from "))
        .then(|| (module.to_owned(), Some((Span::new(start, start), format!("import {module}\n")))))
}

/// An expression that makes a random UUID, and the import that it needs.
pub(crate) fn random_uuid(file: &Mendable<'_>) -> Option<(String, Needed)> {
    let code = file.code()?;
    for import in &code.module.imports {
        let Some(variable) = import.variable else { continue };
        if !matches!(code.module.name(import.module), "crypto" | "node:crypto") {
            continue;
        }
        let name = code.module.name(code.module.variable(variable).name);
        match import.name {
            ImportName::Named(taken) if code.module.name(taken) == "randomUUID" => {
                return Some((format!("{name}()"), None));
            }
            ImportName::Namespace | ImportName::Default => {
                return Some((format!("{name}.randomUUID()"), None));
            }
            _ => {}
        }
    }
    let required = code.module.variables.iter().enumerate().find_map(|(index, variable)| {
        let is_module = variable.function == FunctionId::MODULE
            && code.path(variable_expr(code, VarId(index as u32))?) == "crypto";
        is_module.then(|| code.module.name(variable.name))
    });
    if let Some(name) = required {
        return Some((format!("{name}.randomUUID()"), None));
    }
    if code.module.imports.is_empty() {
        let is_common = code.all().any(|id| matches!(code.module.expr(id).kind, ExprKind::Require(_)));
        return is_common.then(|| ("require(\"node:crypto\").randomUUID()".to_owned(), None));
    }
    if is_declared(code, "randomUUID") {
        return None;
    }
    let first = code.module.imports.first()?;
    let start = line_start(file.file().text, first.span.start);
    let line = file.file().text.get(start as usize..)?;
    let edit = (Span::new(start, start), "import { randomUUID } from \"node:crypto\";\n".to_owned());
    line.starts_with("import ").then(|| ("randomUUID()".to_owned(), Some(edit)))
}

/// A use of a variable.
fn variable_expr(code: &Code<'_>, variable: VarId) -> Option<crate::ir::ExprId> {
    match code.values_of(variable) {
        [only] if matches!(code.module.expr(*only).kind, ExprKind::Require(_)) => Some(*only),
        _ => None,
    }
}

/// The local name under which a module's other export can be called instead of `variable`, which holds `from`: one that
/// is there, or one that is put beside it.
pub(super) fn beside(
    file: &Mendable<'_>,
    variable: VarId,
    from: &str,
    wanted: &str,
) -> Option<(String, Needed)> {
    let code = file.code()?;
    let name = |variable: VarId| code.module.name(code.module.variable(variable).name);
    if let Some(import) = code.module.imports.iter().find(|import| import.variable == Some(variable)) {
        let ImportName::Named(taken) = import.name else { return None };
        if code.module.name(taken) != from {
            return None;
        }
        let module = code.module.name(import.module).trim_start_matches("node:");
        let known = code.module.imports.iter().find_map(|other| match other.name {
            ImportName::Named(taken)
                if code.module.name(taken) == wanted
                    && code.module.name(other.module).trim_start_matches("node:") == module =>
            {
                other.variable
            }
            _ => None,
        });
        if let Some(known) = known {
            return Some((name(known).to_owned(), None));
        }
        let is_whole = code.module.language == Language::JavaScript && file.text(import.span) == from;
        if !is_whole || is_declared(code, wanted) {
            return None;
        }
        return Some((wanted.to_owned(), Some(taken_too(code, variable, import.span, from, wanted))));
    }
    // `const { exec } = require("child_process")`
    for (target, _, _) in code.assignments() {
        let Pattern::Object { entries, .. } = target else { continue };
        let local = |key: &str| {
            entries.iter().find_map(|(entry, pattern)| match (entry, pattern) {
                (PatternKey::Name(name), Pattern::Variable(variable, span))
                    if code.module.name(*name) == key =>
                {
                    Some((*variable, *span))
                }
                _ => None,
            })
        };
        let Some((own, span)) = local(from).filter(|(own, _)| *own == variable) else { continue };
        if let Some((known, _)) = local(wanted) {
            return Some((name(known).to_owned(), None));
        }
        let before = file.file().text.get(..span.start as usize)?.trim_end();
        let is_short = file.text(span) == from && before.ends_with(['{', ',']);
        return (is_short && !is_declared(code, wanted))
            .then(|| (wanted.to_owned(), Some(taken_too(code, own, span, from, wanted))));
    }
    None
}

/// The other name instead of the first where that is used once, else both.
fn taken_too(code: &Code<'_>, variable: VarId, span: Span, from: &str, wanted: &str) -> (Span, String) {
    let uses = code
        .all()
        .filter(|id| matches!(code.module.expr(*id).kind, ExprKind::Variable(used) if used == variable));
    if uses.take(2).count() == 1 { (span, wanted.to_owned()) } else { (span, format!("{from}, {wanted}")) }
}

/// Whether anything of the module has this name.
pub(super) fn is_declared(code: &Code<'_>, name: &str) -> bool {
    code.module.variables.iter().any(|variable| code.module.name(variable.name) == name)
}

fn is_at_top(file: &Mendable<'_>, offset: u32) -> bool {
    let start = line_start(file.file().text, offset);
    file.file()
        .text
        .get(start as usize..)
        .is_some_and(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
}

pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at as u32 + 1)
}
