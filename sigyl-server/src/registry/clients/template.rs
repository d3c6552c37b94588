//! Values with variables in them: `Bearer {token}`.

use serde_json::{Map, Value};

/// A part of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Variable(Variable),
}

/// Something that the user has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_secret: bool,
    pub(super) default: Option<String>,
    pub(super) choices: Vec<String>,
}

/// A value, part by part.
pub(super) type Template = Vec<Part>;

/// Why a value cannot be told to a client.
pub(super) const ODD: &str = "a value in it would have another meaning to clients";

/// The text at a key; empty where there is none.
pub(super) fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or("")
}

fn is_true(object: &Value, key: &str) -> bool {
    object.get(key) == Some(&Value::Bool(true))
}

/// The value of an input: what is fixed, with its variables; else its default; else what the user has to say where it is
/// required; else nothing.
pub(super) fn of_input(input: &Value, name: &str) -> Result<Option<Template>, &'static str> {
    let fixed = text(input, "value");
    if !fixed.is_empty() {
        return read(fixed, input.get("variables")).map(Some);
    }
    let default = text(input, "default");
    if !default.is_empty() && !is_true(input, "isSecret") {
        return plain(default).map(|part| Some(vec![part]));
    }
    if is_true(input, "isRequired") {
        return Ok(Some(vec![Part::Variable(variable(input, name))]));
    }
    Ok(None)
}

/// Reads `{variables}` of a value. One that was not declared is the text that it is.
pub(super) fn read(value: &str, variables: Option<&Value>) -> Result<Template, &'static str> {
    let (mut parts, mut rest) = (Vec::new(), value);
    let declared: Option<&Map<String, Value>> = variables.and_then(Value::as_object);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let Some(input) = declared.and_then(|declared| declared.get(name)) else {
            let (whole, left) = rest.split_at(rest.len() - after.len());
            parts.push(plain(whole)?);
            rest = left;
            continue;
        };
        if !before.is_empty() {
            parts.push(plain(before)?);
        }
        match of_input(input, name)? {
            Some(more) if !more.iter().any(|part| matches!(part, Part::Variable(it) if it.name != name)) => {
                parts.extend(more);
            }
            // A variable whose value has variables goes too far for any client.
            Some(_) => return Err(ODD),
            None => parts.push(Part::Variable(variable(input, name))),
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(plain(rest)?);
    }
    Ok(parts)
}

/// Text that means itself. Clients put something in for `${…}`; a document must not choose what.
pub(super) fn plain(text: &str) -> Result<Part, &'static str> {
    let is_odd = text.contains("${") || text.contains("$(") || text.chars().any(char::is_control);
    if is_odd { Err(ODD) } else { Ok(Part::Text(text.to_owned())) }
}

fn variable(input: &Value, name: &str) -> Variable {
    let fine = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let choices = input.get("choices").and_then(Value::as_array).into_iter().flatten();
    let default = text(input, "default");
    Variable {
        name: name.chars().map(fine).take(100).collect(),
        description: text(input, "description").chars().filter(|c| !c.is_control()).take(300).collect(),
        is_secret: is_true(input, "isSecret"),
        default: (!default.is_empty() && !is_true(input, "isSecret")).then(|| default.to_owned()),
        choices: choices.filter_map(Value::as_str).take(100).map(ToOwned::to_owned).collect(),
    }
}
