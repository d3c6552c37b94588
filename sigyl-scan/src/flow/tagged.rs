//! Templates with a tag. A function of the tree is called with their pieces; `$` of zx, execa and Bun, and `execa` itself,
//! start a program: rules are told of it with its arguments, each value being one of its own, or of a command line where a
//! shell reads it all.

use std::rc::Rc;

use super::{
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Items, Known, Shape, Value},
};
use crate::ir::{ExprId, ExprKind, ListId};

/// Tags that start what stands behind them.
const TAGS: &[&str] = &["zx.$", "execa.$", "execa", "execa.execa", "execa.execaSync", "bun.$", "Bun.$"];

/// True for such a tag, also with options: `execa({ timeout })`.
pub(super) fn starts_program(api: &str) -> bool {
    TAGS.contains(&api.strip_suffix("()").unwrap_or(api))
}

impl<'a> Engine<'a> {
    /// Tells rules what such a tag starts, by the values of the template's pieces.
    pub(super) fn start_by_template(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        tag: ExprId,
        template: ListId,
        values: &[Value],
    ) {
        let place = act.place(tag);
        // Bun: `${{ raw: text }}` is read by its shell.
        let raw = |value: &Value| {
            value.fields().into_iter().find(|(name, _)| *name == "raw").map(|it| it.1.clone())
        };
        let (api, positional) =
            if values.iter().any(|value| raw(value).is_some()) || self.has_shell(act, state, tag) {
                let texts: Vec<Value> =
                    values.iter().map(|value| raw(value).unwrap_or_else(|| value.clone())).collect();
                ("child_process.exec", vec![self.concat(state, &texts, Some(place))])
            } else {
                let Items { mut known, rest } = self.template_words(act, state, template, values);
                if known.is_empty() {
                    return;
                }
                let program = known.remove(0);
                let list = Value { shape: Shape::List(Rc::new(Items { known, rest })), ..Value::default() };
                ("child_process.execFile", vec![program, list])
            };
        let places = vec![place; positional.len()];
        let arguments = Arguments { positional, places, ..Arguments::default() };
        let site = Site { place, receiver: None, method: None, is_new: false, expr: tag };
        self.emit_call(act, state, &site, Some(api), &arguments);
    }

    /// Calls a function of the tree that is a template's tag: with its texts, and each value between them.
    pub(super) fn call_tag(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        expr: ExprId,
        tag: &Value,
        template: ListId,
        values: Vec<Value>,
    ) -> Value {
        let empty = || Value { known: Known::Text("".into()), ..Value::default() };
        let mut texts = Items::default();
        let mut positional = vec![Value::default()];
        let mut before = empty();
        for (piece, value) in act.module.list(template).iter().zip(values) {
            if matches!(act.module.expr(*piece).kind, ExprKind::String(_)) {
                before = value;
            } else {
                texts.known.push(std::mem::replace(&mut before, empty()));
                positional.push(value);
            }
        }
        texts.known.push(before);
        positional[0].shape = Shape::List(Rc::new(texts));
        let place = act.place(expr);
        let places = vec![place; positional.len()];
        let arguments = Arguments { positional, places, ..Arguments::default() };
        let site = Site { place, receiver: None, method: None, is_new: false, expr };
        self.apply(act, state, site, tag, arguments)
    }

    /// True where the options of a tag ask for a shell: `execa({ shell: true })`.
    fn has_shell(&mut self, act: &mut Activation<'a>, state: &mut State, tag: ExprId) -> bool {
        let ExprKind::Call { arguments, .. } = act.module.expr(tag).kind else { return false };
        let module = act.module;
        module.arguments(arguments).iter().any(|options| {
            let options = self.eval(act, state, options.value);
            options
                .field("shell")
                .is_some_and(|shell| shell.as_bool() == Some(true) || shell.as_str().is_some())
        })
    }

    /// The words of a template: its text is taken apart at blanks, values stay whole, and lists are several.
    fn template_words(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        template: ListId,
        values: &[Value],
    ) -> Items {
        let mut words = Items::default();
        let mut open: Vec<Value> = Vec::new();
        let close = |engine: &mut Self, open: &mut Vec<Value>, words: &mut Items| match open.as_mut_slice() {
            [] => {}
            [_] => words.known.append(open),
            pieces => {
                words.known.push(engine.concat(state, pieces, None));
                open.clear();
            }
        };
        for (piece, value) in act.module.list(template).iter().zip(values) {
            match (&act.module.expr(*piece).kind, &value.shape) {
                (ExprKind::String(name), _) => {
                    for (at, part) in act.module.name(*name).split(char::is_whitespace).enumerate() {
                        if at > 0 {
                            close(self, &mut open, &mut words);
                        }
                        if !part.is_empty() {
                            open.push(Value { known: Known::Text(part.into()), ..Value::default() });
                        }
                    }
                }
                (_, Shape::List(items)) if open.is_empty() => {
                    words.known.extend(items.known.iter().cloned());
                    words.rest = words.rest.or_else(|| items.rest.clone());
                }
                _ => open.push(value.clone()),
            }
        }
        close(self, &mut open, &mut words);
        words
    }
}
