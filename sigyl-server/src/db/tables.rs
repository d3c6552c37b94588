//! What tables there are, asked of the database itself, so that no list of them can be forgotten.

use super::{Connection, DbError, Link, fetch_all};

/// A table and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// Names of the primary key's columns, in its order. Known of SQLite only.
    pub(crate) key: Vec<String>,
}

/// A column, by the way its values are read and written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Boolean,
    Bytes,
    Real,
    /// Made by the database itself from other columns.
    Derived,
}

/// The tables of a SQLite database, those that others refer to first: the order in which migrations made them.
pub(crate) async fn of_sqlite(connection: &mut Connection) -> Result<Vec<Table>, DbError> {
    // Tables of the full-text index are filled by triggers, and hold nothing of their own.
    let rows: Vec<(String, String, String, i64)> = fetch_all!(
        connection,
        "SELECT tables.name, columns.name, columns.type, columns.pk
         FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.sql LIKE '%) STRICT' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
         ORDER BY tables.rowid, columns.cid"
    )?;
    Ok(grouped(rows, |kind| match kind {
        "INTEGER" => Kind::Integer,
        "BLOB" => Kind::Bytes,
        "REAL" => Kind::Real,
        _ => Kind::Text,
    }))
}

/// The tables of a PostgreSQL database, by name.
pub(crate) async fn of_postgres(connection: &mut Connection) -> Result<Vec<Table>, DbError> {
    let rows: Vec<(String, String, String, i64)> = fetch_all!(
        connection,
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT),
                CASE WHEN is_generated = 'ALWAYS' THEN 'derived' ELSE CAST(data_type AS TEXT) END,
                CAST(0 AS BIGINT)
         FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%'
         ORDER BY table_name, ordinal_position"
    )?;
    Ok(grouped(rows, |kind| match kind {
        "bigint" => Kind::Integer,
        "boolean" => Kind::Boolean,
        "bytea" => Kind::Bytes,
        "double precision" => Kind::Real,
        "derived" => Kind::Derived,
        _ => Kind::Text,
    }))
}

/// The tables of either, with what is not derived.
pub(crate) async fn of(connection: &mut Connection) -> Result<Vec<Table>, DbError> {
    let is_sqlite = matches!(connection.link(), Link::Sqlite(_));
    let mut tables = if is_sqlite { of_sqlite(connection).await? } else { of_postgres(connection).await? };
    for table in &mut tables {
        table.columns.retain(|column| column.kind != Kind::Derived);
    }
    Ok(tables)
}

fn grouped(rows: Vec<(String, String, String, i64)>, kind: impl Fn(&str) -> Kind) -> Vec<Table> {
    let mut tables: Vec<(Table, Vec<(i64, String)>)> = Vec::new();
    for (table, name, of, place_in_key) in rows {
        if tables.last().is_none_or(|(last, _)| last.name != table) {
            tables.push((Table { name: table, columns: Vec::new(), key: Vec::new() }, Vec::new()));
        }
        if let Some((last, key)) = tables.last_mut() {
            if place_in_key > 0 {
                key.push((place_in_key, name.clone()));
            }
            last.columns.push(Column { name, kind: kind(&of) });
        }
    }
    let finished = |(mut table, mut key): (Table, Vec<(i64, String)>)| {
        key.sort();
        table.key = key.into_iter().map(|(_, name)| name).collect();
        table
    };
    tables.into_iter().map(finished).collect()
}
