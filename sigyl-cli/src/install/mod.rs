//! Entries in the files of clients: put in, taken out, and everything else left as its owner wrote it.
//!
//! A file is changed as text, and the change is believed only when the whole, read before and after, differs in nothing
//! but the entry. What cannot be changed so is refused.

mod file;
mod json;
mod toml;

use serde_json::{Map, Value};

pub(crate) use file::{Changed, change};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON, with comments and commas too many.
    Json,
    /// TOML.
    Toml,
}

/// Where an entry stands: the key above the entries, and its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) root: &'a str,
    pub(crate) key: &'a str,
}

/// Why a file is not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    /// The user must mend the file.
    #[error("it is not written as it should be: {0}")]
    Malformed(String),
    /// The user must change it by hand.
    #[error("it is written so that only a person can change it safely")]
    Tangled,
    /// The user must say that it may be replaced.
    #[error("it has another `{0}` already; say --replace, or give yours another name with --as")]
    Taken(String),
}

/// The text with the entry, and in JSON the inputs that it asks for. The same text where it has them.
///
/// # Errors
/// When it cannot be changed safely, or another entry is there and may not be replaced.
pub(crate) fn put(
    text: &str,
    form: Form,
    place: Place<'_>,
    entry: &Map<String, Value>,
    inputs: &[Value],
    may_replace: bool,
) -> Result<String, EditError> {
    let before = read(text, form)?;
    let wanted = Value::Object(entry.clone());
    let there = before.get(place.root).and_then(|entries| entries.get(place.key));
    let has_inputs = inputs.iter().all(|input| listed(&before).any(|it| it == input));
    if there == Some(&wanted) && has_inputs {
        return Ok(text.to_owned());
    }
    if there.is_some_and(|there| *there != wanted) && !may_replace {
        return Err(EditError::Taken(place.key.to_owned()));
    }
    let mut after = match form {
        Form::Json => json::put(text, place, &wanted)?,
        Form::Toml => toml::put(text, place, entry)?,
    };
    let mut expected = before;
    set(&mut expected, place, wanted)?;
    for input in inputs {
        let id = input.get("id");
        if listed(&expected).any(|it| it == input) {
            continue;
        }
        if listed(&expected).any(|it| it.get("id") == id) {
            after = json::take_input(&after, id)?;
            drop_inputs(&mut expected, |it| it.get("id") == id);
        }
        after = json::push(&after, "inputs", input)?;
        match expected.get_mut("inputs").and_then(Value::as_array_mut) {
            Some(all) => all.push(input.clone()),
            None => expected["inputs"] = Value::Array(vec![input.clone()]),
        }
    }
    same(&after, form, &expected)?;
    Ok(after)
}

/// The text without the entry, and without inputs that only it asked for; none where it is not there.
///
/// # Errors
/// When it cannot be changed safely.
pub(crate) fn take(text: &str, form: Form, place: Place<'_>) -> Result<Option<String>, EditError> {
    let before = read(text, form)?;
    let Some(entry) = before.get(place.root).and_then(|entries| entries.get(place.key)).cloned() else {
        return Ok(None);
    };
    let mut after = match form {
        Form::Json => json::take(text, place)?,
        Form::Toml => toml::take(text, place)?,
    };
    let mut expected = before;
    if let Some(entries) = expected.get_mut(place.root).and_then(Value::as_object_mut) {
        entries.shift_remove(place.key);
    }
    if form == Form::Json {
        let (entry, rest) = (entry.to_string(), expected[place.root].to_string());
        let lonely = listed(&expected).filter_map(|input| {
            let id = input.get("id")?.as_str()?;
            let reference = format!("${{input:{id}}}");
            (entry.contains(&reference) && !rest.contains(&reference)).then(|| Value::String(id.to_owned()))
        });
        for id in lonely.collect::<Vec<_>>() {
            after = json::take_input(&after, Some(&id))?;
            drop_inputs(&mut expected, |it| it.get("id") == Some(&id));
        }
    }
    // TOML has no table where nothing is in it.
    if form == Form::Toml
        && expected.get(place.root).and_then(Value::as_object).is_some_and(Map::is_empty)
        && read(&after, form).is_ok_and(|it| it.get(place.root).is_none())
        && let Some(all) = expected.as_object_mut()
    {
        all.shift_remove(place.root);
    }
    same(&after, form, &expected)?;
    Ok(Some(after))
}

/// The text of an entry alone, as a file has it.
///
/// # Errors
/// When it has a value that the form has not.
pub(crate) fn snippet(
    form: Form,
    place: Place<'_>,
    entry: &Map<String, Value>,
    inputs: &[Value],
) -> Result<String, EditError> {
    put("", form, place, entry, inputs, false)
}

fn read(text: &str, form: Form) -> Result<Value, EditError> {
    match form {
        Form::Json => json::read(text),
        Form::Toml => toml::read(text),
    }
}

fn same(text: &str, form: Form, expected: &Value) -> Result<(), EditError> {
    if read(text, form).is_ok_and(|after| after == *expected) { Ok(()) } else { Err(EditError::Tangled) }
}

fn set(whole: &mut Value, place: Place<'_>, entry: Value) -> Result<(), EditError> {
    let all = whole.as_object_mut().ok_or(EditError::Tangled)?;
    let entries = all.entry(place.root).or_insert_with(|| Value::Object(Map::new()));
    entries.as_object_mut().ok_or(EditError::Tangled)?.insert(place.key.to_owned(), entry);
    Ok(())
}

fn listed(whole: &Value) -> impl Iterator<Item = &Value> {
    whole.get("inputs").and_then(Value::as_array).into_iter().flatten()
}

fn drop_inputs(whole: &mut Value, which: impl Fn(&Value) -> bool) {
    if let Some(all) = whole.get_mut("inputs").and_then(Value::as_array_mut) {
        all.retain(|it| !which(it));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const PLACE: Place<'static> = Place { root: "servers", key: "weather" };

    fn entry() -> Map<String, Value> {
        json!({ "command": "npx", "args": ["weather@1", "a\"b"], "env": { "KEY": "${input:weather_KEY}" } })
            .as_object()
            .unwrap()
            .clone()
    }

    fn input() -> Value {
        json!({ "type": "promptString", "id": "weather_KEY", "password": true })
    }

    fn put_json(text: &str) -> Result<String, EditError> {
        put(text, Form::Json, PLACE, &entry(), &[input()], false)
    }

    #[test]
    fn comments_order_and_indentation_stay() {
        let text = "// mine\n{\n\t\"other\": [1, 2,], // kept\n\t\"servers\": {\n\t\t\"a\": {}, // last\n\t\t/* end */\n\t},\n}\n";
        let after = put(text, Form::Json, PLACE, &entry(), &[], false).unwrap();
        assert_eq!(
            after,
            "// mine\n{\n\t\"other\": [1, 2,], // kept\n\t\"servers\": {\n\t\t\"a\": {}, // last\n\t\t/* end */\n\t\t\
             \"weather\": {\n\t\t\t\"command\": \"npx\",\n\t\t\t\"args\": [\"weather@1\", \"a\\\"b\"],\n\t\t\t\"env\": \
             {\n\t\t\t\t\"KEY\": \"${input:weather_KEY}\"\n\t\t\t}\n\t\t},\n\t},\n}\n"
        );
        assert_eq!(take(&after, Form::Json, PLACE).unwrap().as_deref(), Some(text));
    }

    #[test]
    fn every_shape_of_json_takes_it_and_gives_it_back() {
        for text in [
            "",
            " \n",
            "{}",
            "{ }\n",
            "{\n}",
            "{\"a\": 1}",
            "{\"a\": 1 // note\n}",
            "{\"a\": 1, // note\n}",
            "{\"servers\": {}}",
            "{\"servers\": {\"b\": {\"command\": \"x\"}}}",
            "{\"servers\": {\"b\": 1,},}",
            "{\"servers\": { // none\n}, \"inputs\": []}",
            "{\"inputs\": [{\"id\": \"x\"}, // y\n]}",
            "\u{feff}{\"a\": \"}{\\\"//\"}",
            "{\"a\": \"/* no */\", /* \" */ \"b\": [[{}]]}",
        ] {
            let after = put_json(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(put_json(&after).unwrap(), after, "{text}");
            let back = take(&after, Form::Json, PLACE).unwrap().unwrap();
            let mut expected = read(text, Form::Json).unwrap();
            for (key, empty) in [("servers", json!({})), ("inputs", json!([]))] {
                if expected.get(key).is_none() {
                    expected[key] = empty;
                }
            }
            assert_eq!(read(&back, Form::Json).unwrap(), expected, "{text}");
            assert_eq!(take(&back, Form::Json, PLACE).unwrap(), None);
        }
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for text in [
            "[]",
            "{",
            "{\"servers\": []}",
            "{\"servers\": 1}",
            "{a: 1}",
            "{} {}",
            "{\"inputs\": {}}",
            "null",
        ] {
            assert!(put_json(text).is_err(), "{text}");
        }
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        assert!(put_json(&deep).is_err());
        let other = "{\"servers\": {\"weather\": {\"command\": \"mine\"}}}";
        assert!(matches!(put_json(other), Err(EditError::Taken(_))));
        let replaced = put(other, Form::Json, PLACE, &entry(), &[], true).unwrap();
        assert_eq!(read(&replaced, Form::Json).unwrap()["servers"]["weather"]["command"], "npx");
    }

    #[test]
    fn an_input_that_others_use_stays() {
        let text = put_json("{\"servers\": {\"b\": {\"env\": {\"K\": \"${input:weather_KEY}\"}}}}").unwrap();
        let after = take(&text, Form::Json, PLACE).unwrap().unwrap();
        assert_eq!(read(&after, Form::Json).unwrap()["inputs"], json!([input()]));
    }

    #[test]
    fn tables_of_toml_come_and_go() {
        for text in [
            "",
            "model = \"x\" # mine\n\n[other]\na = 1\n",
            "[servers.b]\ncommand = \"y\"\n\n# about c\n[servers.c]\ncommand = \"z\"",
            "[servers.b]\ntext = '''\nnot a [header\n'''\n",
            "when = 2026-01-01T00:00:00Z\n",
        ] {
            let after = put(text, Form::Toml, PLACE, &entry(), &[], false).unwrap();
            assert!(after.starts_with(text.trim_end()), "{after}");
            assert_eq!(put(&after, Form::Toml, PLACE, &entry(), &[], false).unwrap(), after);
            let mut changed = entry();
            changed["command"] = json!("uvx");
            assert!(matches!(put(&after, Form::Toml, PLACE, &changed, &[], false), Err(EditError::Taken(_))));
            let more = format!("{after}\n# about d\n[servers.d]\ncommand = \"d\"\n");
            let replaced = put(&more, Form::Toml, PLACE, &changed, &[], true).unwrap();
            assert!(replaced.contains("# about d\n[servers.d]"), "{replaced}");
            let back = take(&after, Form::Toml, PLACE).unwrap().unwrap();
            assert_eq!(back.trim_end(), text.trim_end());
        }
        // An inline table and a header within a text are for a person.
        for text in ["servers = { b = { command = 'y' } }\n", "[servers]\nweather.command = 'x'\n"] {
            assert!(put(text, Form::Toml, PLACE, &entry(), &[], true).is_err(), "{text}");
        }
        let hidden = "[servers.weather]\ncommand = 'x'\n[a]\nt = '''\n[servers.weather]\nb = 1\n'''\n";
        assert!(matches!(take(hidden, Form::Toml, PLACE), Err(EditError::Tangled)));
    }

    proptest! {
        #[test]
        fn whatever_the_file_has_it_keeps(text in "[\\[\\]{}\",:/*a-c \n\\\\0-9é]{0,60}") {
            if let Ok(after) = put_json(&text) {
                let back = take(&after, Form::Json, PLACE).unwrap().unwrap();
                let mut expected = read(&text, Form::Json).unwrap();
                for (key, empty) in [("servers", json!({})), ("inputs", json!([]))] {
                    if expected.get(key).is_none() {
                        expected[key] = empty;
                    }
                }
                prop_assert_eq!(read(&back, Form::Json).unwrap(), expected);
            }
            let _ = put(&text, Form::Toml, PLACE, &entry(), &[], true);
        }
    }
}
