//! The file, read into texts with their places.

use std::path::Path;

use sigyl_core::LineIndex;
use toml::de::{DeTable, DeValue};

use super::{Mistake, Setting, Source, settings, settings::Secrecy, values::LIST_SEPARATOR};

/// Reads the text of the file at `path`. Everything that is wrong is told at once.
pub(super) fn read(path: &Path, text: &str) -> (Vec<(&'static Setting, String, Source)>, Vec<Mistake>) {
    let lines = LineIndex::new(text);
    let source = |offset: usize| {
        let (line, column) = lines.line_column(text, u32::try_from(offset).unwrap_or(u32::MAX));
        Source::File { path: path.to_owned(), line, column }
    };
    let mut values = Vec::new();
    let mut mistakes = Vec::new();
    let mut wrong = |offset: usize, message: String, mend: String| {
        mistakes.push((offset, Mistake { place: source(offset).to_string(), message, mend }));
    };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        wrong(offset, error.message().replace('\n', "; "), "mend the notation (TOML)".to_owned());
    }
    // Below a mistake of notation, keys may belong to another table than their author meant.
    if !errors.is_empty() {
        return (values, in_order(mistakes));
    }
    for (section, item) in root.get_ref() {
        let DeValue::Table(table) = item.get_ref() else {
            let message = format!("`{}` stands outside of a section", section.get_ref());
            wrong(section.span().start, message, format!("put it below {}", sections()));
            continue;
        };
        for (name, item) in table {
            let key = format!("{}.{}", section.get_ref(), name.get_ref());
            let Some(setting) = settings().find(|setting| setting.key == key) else {
                wrong(
                    name.span().start,
                    format!("there is no setting `{key}`"),
                    nearest(&key, settings().map(|setting| setting.key)),
                );
                continue;
            };
            if setting.secret == Secrecy::Secret {
                let mend = format!("set {} instead, or name a file", setting.variable);
                wrong(name.span().start, format!("`{key}` may not stand in a file"), mend);
                continue;
            }
            match text_of(item.get_ref()) {
                Some(value) => values.push((setting, value, source(item.span().start))),
                None => wrong(
                    item.span().start,
                    format!("`{key}` does not take this kind of value"),
                    format!("write {}", setting.takes),
                ),
            }
        }
    }
    (values, in_order(mistakes))
}

/// As they stand in the file; tables are walked by name.
fn in_order(mut mistakes: Vec<(usize, Mistake)>) -> Vec<Mistake> {
    mistakes.sort_by_key(|(offset, _)| *offset);
    mistakes.into_iter().map(|(_, mistake)| mistake).collect()
}

/// A value as it would stand in a variable.
fn text_of(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => (number.radix() == 10).then(|| number.as_str().replace('_', "")),
        DeValue::Boolean(it) => Some(it.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) if !text.contains(LIST_SEPARATOR) => Some(text.to_string()),
                _ => None,
            });
            Some(items.collect::<Option<Vec<_>>>()?.join(&LIST_SEPARATOR.to_string()))
        }
        _ => None,
    }
}

fn sections() -> String {
    let mut names = settings().filter_map(|setting| setting.key.split('.').next()).collect::<Vec<_>>();
    names.dedup();
    names.iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ")
}

/// The known key that is most alike, by letters in common at both ends.
pub(super) fn nearest<'s>(key: &str, known: impl Iterator<Item = &'s str>) -> String {
    let alike = |other: &str| {
        let front = key.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
        let back = key.bytes().rev().zip(other.bytes().rev()).take_while(|(a, b)| a == b).count();
        front + back
    };
    let best = known.max_by_key(|other| alike(other));
    best.map_or(String::new(), |best| format!("did you mean `{best}`?"))
}
