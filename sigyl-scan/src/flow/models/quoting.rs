//! Functions outside the tree that make a text one word or one value of another language.

use super::derived;
use crate::flow::{Hazards, call::Arguments, engine::Engine, state::State, value::Value};

/// Last names of functions that make an identifier or a literal of SQL of a text; nothing else is named like them.
const OF_SQL: &[&str] = &[
    "quote_ident",
    "quote_identifier",
    "quote_literal",
    "quote_sql_literal",
    "quote_sql_identifier",
    "quoteIdent",
    "quoteIdentifier",
    "quoteLiteral",
    "escape_identifier",
    "escape_literal",
    "escapeIdentifier",
    "escapeLiteral",
    "escapeId",
    "format_query_value",
    "escape_string",
    "real_escape_string",
];

/// Functions that do so under names that others have, too.
const BY_PATH: &[&str] = &[
    "psycopg2.extensions.adapt",
    "pymysql.converters.escape_item",
    "pg-format.ident",
    "pg-format.literal",
    "sqlstring.escape",
    "mysql.escape",
    "mysql2.escape",
    "mysql2/promise.escape",
];

/// What is quoted by `api`, as far as it is one of those.
pub(super) fn quoted(
    engine: &mut Engine<'_>,
    state: &State,
    api: Option<&str>,
    method: Option<&str>,
    arguments: &Arguments,
) -> Option<Value> {
    let name = api.map(|api| api.rsplit('.').next().unwrap_or(api)).or(method)?;
    if !OF_SQL.contains(&name) && !api.is_some_and(|api| BY_PATH.contains(&api)) {
        return None;
    }
    // What of several is quoted, only the library knows; the first text is what every one of them takes.
    let text = arguments.positional.iter().find(|value| value.taints.is_some())?;
    Some(derived(engine, state, text, Hazards::SQL | Hazards::QUERY))
}
