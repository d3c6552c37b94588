//! Edits of arguments and properties, with the commas around them.

use sigyl_core::Span;

use super::{Mend, Mendable};
use crate::ir::{Argument, ExprId, ExprKind, ListId, Property};

/// Edits of one file on their way to a mend.
pub(crate) struct Edits<'a, 'b> {
    file: &'b Mendable<'a>,
    edits: Vec<(Span, String)>,
}

impl<'a, 'b> Edits<'a, 'b> {
    pub(crate) fn of(file: &'b Mendable<'a>) -> Self {
        Self { file, edits: Vec::new() }
    }

    pub(crate) fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push((span, text.into()));
        self
    }

    pub(crate) fn also(mut self, edit: Option<(Span, String)>) -> Self {
        self.edits.extend(edit);
        self
    }

    /// Replaces the name that a callee ends with: `exec` in `child_process.exec`.
    pub(crate) fn rename(self, callee: ExprId, from: &str, to: &str) -> Option<Self> {
        let span = self.file.code()?.module.span(callee);
        let name = Span::new(span.end.checked_sub(from.len() as u32)?, span.end);
        (self.file.text(name) == from).then(|| self.replace(name, to))
    }

    /// Takes the argument at `index` away, with its keyword and a comma.
    pub(crate) fn remove_argument(self, call: ExprId, index: usize) -> Option<Self> {
        let spans = argument_spans(self.file, call)?;
        self.remove(&spans, index)
    }

    /// Takes a property of an object literal away, with a comma.
    pub(crate) fn remove_property(self, list: ListId, index: usize) -> Option<Self> {
        let module = self.file.code()?.module;
        let spans: Vec<Span> =
            module.properties(list).iter().map(|property: &Property| property.span).collect();
        self.remove(&spans, index)
    }

    /// Takes an item of a list away, with a comma.
    pub(crate) fn remove_item(self, items: &[ExprId], index: usize) -> Option<Self> {
        let module = self.file.code()?.module;
        let spans: Vec<Span> = items.iter().map(|item| module.span(*item)).collect();
        self.remove(&spans, index)
    }

    /// Takes a keyword argument away.
    pub(crate) fn remove_keyword(self, call: ExprId, name: &str) -> Option<Self> {
        let index = keyword_index(self.file, call, name)?;
        self.remove_argument(call, index)
    }

    /// Puts an argument behind the others.
    pub(crate) fn add_argument(self, call: ExprId, text: &str) -> Option<Self> {
        let spans = argument_spans(self.file, call)?;
        let end = self.file.code()?.module.span(call).end;
        let close = Span::new(end.checked_sub(1)?, end);
        if self.file.text(close) != ")" {
            return None;
        }
        let between = match spans.last() {
            Some(last) => self.file.text(Span::new(last.end, close.start)).trim(),
            None => "",
        };
        let text = match (spans.is_empty(), between) {
            (true, _) => text.to_owned(),
            (false, "") => format!(", {text}"),
            (false, ",") => text.to_owned(),
            // A comment, or brackets around the last one.
            _ => return None,
        };
        // Behind what is there, so that a bracket on a line of its own stays there.
        let at = match spans.last() {
            Some(last) if between.is_empty() => last.end,
            _ => close.start,
        };
        Some(self.replace(Span::new(at, at), text))
    }

    /// Puts properties before those of an object literal.
    pub(crate) fn add_properties(self, object: ExprId, text: &str) -> Option<Self> {
        let module = self.file.code()?.module;
        let ExprKind::Object(list) = module.expr(object).kind else { return None };
        let span = module.span(object);
        if self.file.text(Span::new(span.start, span.start + 1)) != "{" {
            return None;
        }
        let text = if list.is_empty() { format!(" {text} ") } else { format!(" {text},") };
        Some(self.replace(Span::new(span.start + 1, span.start + 1), text))
    }

    pub(crate) fn done(self, message: impl Into<String>) -> Option<Mend> {
        (!self.edits.is_empty()).then(|| Mend { message: message.into(), edits: self.edits })
    }

    fn remove(self, spans: &[Span], index: usize) -> Option<Self> {
        let own = *spans.get(index)?;
        let span = match (index.checked_sub(1).and_then(|before| spans.get(before)), spans.get(index + 1)) {
            (Some(before), _) => {
                let between = self.file.text(Span::new(before.end, own.start));
                (between.trim() == ",").then(|| Span::new(before.end, own.end))?
            }
            (None, Some(next)) => {
                let between = self.file.text(Span::new(own.end, next.start));
                (between.trim() == ",").then(|| Span::new(own.start, next.start))?
            }
            (None, None) => {
                let rest = self.file.file().text.get(own.end as usize..)?;
                let comma = rest.trim_start().starts_with(',');
                let end = own.end + if comma { (rest.find(',')? + 1) as u32 } else { 0 };
                Span::new(own.start, end)
            }
        };
        Some(self.replace(span, ""))
    }
}

/// Where among a call's arguments a keyword is; none where others may be hidden in a mapping.
fn keyword_index(file: &Mendable<'_>, call: ExprId, name: &str) -> Option<usize> {
    let module = file.code()?.module;
    let ExprKind::Call { arguments, .. } = module.expr(call).kind else { return None };
    let arguments = module.arguments(arguments);
    if arguments.iter().any(|argument| argument.mapping || argument.spread) {
        return None;
    }
    arguments.iter().position(|argument| argument.keyword.is_some_and(|keyword| module.name(keyword) == name))
}

/// Spans of a call's arguments with their keywords; none where something stands between them that is no comma.
fn argument_spans(file: &Mendable<'_>, call: ExprId) -> Option<Vec<Span>> {
    let module = file.code()?.module;
    let (ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. }) = module.expr(call).kind else {
        return None;
    };
    module.arguments(arguments).iter().map(|argument| argument_span(file, argument)).collect()
}

fn argument_span(file: &Mendable<'_>, argument: &Argument) -> Option<Span> {
    let module = file.code()?.module;
    let mut span = module.span(argument.value);
    let before = file.file().text.get(..span.start as usize)?;
    let stripped = if let Some(keyword) = argument.keyword {
        before.trim_end().strip_suffix('=')?.trim_end().strip_suffix(module.name(keyword))?
    } else if argument.mapping {
        before.strip_suffix("**")?
    } else if argument.spread {
        before.strip_suffix("...").or_else(|| before.strip_suffix('*'))?
    } else {
        before
    };
    span.start = stripped.len() as u32;
    Some(span)
}
