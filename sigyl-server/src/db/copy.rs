//! Every row of one database into another, empty one, and proof that they are the same.

use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    Connection, Db, DbError, Link,
    migrations::applied,
    tables::{self, Kind, Table},
};

/// Rows in one statement, at most. Chosen: past a few hundred, larger ones save nothing.
const BATCH_ROWS: usize = 250;

/// The same where rows hold bytes, which may be 16 MiB each.
const BATCH_ROWS_OF_BYTES: usize = 4;

/// Values in one statement, at most: half of what SQLite takes, which takes fewer than PostgreSQL.
const BATCH_VALUES: usize = 16_000;

/// Why a copy cannot be made. The target is then as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// The target holds rows; name an empty database.
    #[error("the target is not empty: its table {0} has rows")]
    NotEmpty(String),
    /// The two are of different versions; migrate both with the same one.
    #[error("source and target do not have the same migrations; run `sigyl db migrate` on both")]
    OtherVersion,
    /// A table or column of the source is not in the target.
    #[error("the target has no table or column {0}")]
    Missing(String),
    /// What was written is not what was read. Nothing was kept.
    #[error("the copy of table {0} is not the same as its source; nothing was kept")]
    NotTheSame(String),
    /// A database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// How many rows of a table were copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CopiedTable {
    /// The table.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Text(Option<String>),
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Real(Option<f64>),
}

/// Copies all rows of `from` into `to`, in one transaction, and compares both before it is committed.
///
/// # Errors
/// When `to` is not empty, either is of another version, or a database fails. `to` is then as it was.
pub(crate) async fn copy(from: &Db, to: &Db) -> Result<Vec<CopiedTable>, CopyError> {
    let mut source = from.snapshot().await?;
    let mut target = to.begin().await?;
    if applied(&mut source).await? != applied(&mut target).await? {
        return Err(CopyError::OtherVersion);
    }
    let pairs = paired(&mut source, &mut target).await?;
    for (_, table) in &pairs {
        if !read(&mut target, table, None, 1).await?.is_empty() {
            return Err(CopyError::NotEmpty(table.name.clone()));
        }
    }
    let mut copied = Vec::new();
    for (read_as, write_as) in &pairs {
        let mut digest = Sum::default();
        let mut last = None;
        loop {
            let batch = read(&mut source, read_as, last.as_deref(), batch_rows(read_as)).await?;
            let Some(row) = batch.last() else { break };
            last = Some(row.clone());
            batch.iter().for_each(|row| digest.add(row));
            write(&mut target, write_as, batch).await?;
        }
        if digest != digest_of(&mut target, write_as).await? {
            return Err(CopyError::NotTheSame(read_as.name.clone()));
        }
        copied.push(CopiedTable { name: read_as.name.clone(), rows: digest.rows });
    }
    target.commit().await?;
    Ok(copied)
}

/// Tables of both, those that others refer to first. That order is known of SQLite only; between two of PostgreSQL the
/// way leads through a file.
async fn paired(source: &mut Connection, target: &mut Connection) -> Result<Vec<(Table, Table)>, CopyError> {
    let (read, written) = (tables::of(source).await?, tables::of(target).await?);
    let order = if matches!(target.link(), Link::Sqlite(_)) { &written } else { &read };
    let mut pairs = Vec::new();
    for table in order {
        let find = |tables: &[Table]| tables.iter().find(|other| other.name == table.name).cloned();
        let missing = || CopyError::Missing(table.name.clone());
        let (mut from, mut to) = (find(&read).ok_or_else(missing)?, find(&written).ok_or_else(missing)?);
        let mut columns = Vec::new();
        for column in &from.columns {
            let same = to.columns.iter().find(|other| other.name == column.name);
            let missing = || CopyError::Missing(format!("{}.{}", table.name, column.name));
            columns.push(same.cloned().ok_or_else(missing)?);
        }
        to.columns = columns;
        from.key.clone_from(&table.key);
        to.key.clone_from(&table.key);
        pairs.push((from, to));
    }
    Ok(pairs)
}

fn batch_rows(table: &Table) -> usize {
    // Uploads are long; a few of them are as much as should be in memory at a time.
    let has_bytes = table.columns.iter().any(|column| column.kind == Kind::Bytes);
    let most = if has_bytes { BATCH_ROWS_OF_BYTES } else { BATCH_ROWS };
    (BATCH_VALUES / table.columns.len().max(1)).clamp(1, most)
}

/// The rows after `last`, in the order of the primary key, so that a page costs the same wherever it is.
async fn read(
    connection: &mut Connection,
    table: &Table,
    last: Option<&[Cell]>,
    limit: usize,
) -> Result<Vec<Vec<Cell>>, CopyError> {
    let key = table.key.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let after = match last {
        Some(_) => {
            let values = (1..=table.key.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
            format!("WHERE ({key}) > ({values})")
        }
        None => String::new(),
    };
    let sql = format!("SELECT {} FROM \"{}\" {after} ORDER BY {key} LIMIT {limit}", names(table), table.name);
    let of_key = |name: &String| {
        let at = table.columns.iter().position(|column| column.name == *name)?;
        last?.get(at).cloned()
    };
    let values = table.key.iter().filter_map(of_key).collect::<Vec<_>>();
    macro_rules! cells {
        ($link:expr) => {{
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for value in values {
                query = match value {
                    Cell::Text(value) => query.bind(value),
                    Cell::Integer(value) => query.bind(value),
                    Cell::Boolean(value) => query.bind(value),
                    Cell::Bytes(value) => query.bind(value),
                    Cell::Real(value) => query.bind(value),
                };
            }
            let rows = query.fetch_all($link).await?;
            let mut out = Vec::with_capacity(rows.len());
            for row in &rows {
                let mut cells = Vec::with_capacity(table.columns.len());
                for (at, column) in table.columns.iter().enumerate() {
                    cells.push(match column.kind {
                        Kind::Text | Kind::Derived => Cell::Text(row.try_get(at)?),
                        Kind::Integer => Cell::Integer(row.try_get(at)?),
                        Kind::Boolean => Cell::Boolean(row.try_get(at)?),
                        Kind::Bytes => Cell::Bytes(row.try_get(at)?),
                        Kind::Real => Cell::Real(row.try_get(at)?),
                    });
                }
                out.push(cells);
            }
            out
        }};
    }
    Ok(match connection.link() {
        Link::Sqlite(link) => cells!(link),
        Link::Postgres(link) => cells!(link),
    })
}

fn names(table: &Table) -> String {
    table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

async fn write(connection: &mut Connection, table: &Table, rows: Vec<Vec<Cell>>) -> Result<(), CopyError> {
    let width = table.columns.len();
    let group = |row: usize| {
        let values = (1..=width).map(|at| format!("${}", row * width + at)).collect::<Vec<_>>();
        format!("({})", values.join(", "))
    };
    let groups = (0..rows.len()).map(group).collect::<Vec<_>>().join(", ");
    let sql = format!("INSERT INTO \"{}\" ({}) VALUES {groups}", table.name, names(table));
    macro_rules! insert {
        ($link:expr) => {{
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for row in rows {
                for (cell, column) in row.into_iter().zip(&table.columns) {
                    // The two know truth by different types.
                    query = match (cell, column.kind) {
                        (Cell::Integer(value), Kind::Boolean) => query.bind(value.map(|value| value != 0)),
                        (Cell::Boolean(value), Kind::Integer) => query.bind(value.map(i64::from)),
                        (Cell::Text(value), _) => query.bind(value),
                        (Cell::Integer(value), _) => query.bind(value),
                        (Cell::Boolean(value), _) => query.bind(value),
                        (Cell::Bytes(value), _) => query.bind(value),
                        (Cell::Real(value), _) => query.bind(value),
                    };
                }
            }
            query.execute($link).await?;
        }};
    }
    match connection.link() {
        Link::Sqlite(link) => insert!(link),
        Link::Postgres(link) => insert!(link),
    }
    Ok(())
}

async fn digest_of(connection: &mut Connection, table: &Table) -> Result<Sum, CopyError> {
    let mut sum = Sum::default();
    let mut last = None;
    loop {
        let rows = read(connection, table, last.as_deref(), batch_rows(table)).await?;
        let Some(row) = rows.last() else { return Ok(sum) };
        last = Some(row.clone());
        rows.iter().for_each(|row| sum.add(row));
    }
}

/// What a set of rows is, whatever their order: their number and the sum of their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    rows: u64,
    sum: u128,
}

impl Sum {
    fn add(&mut self, row: &[Cell]) {
        let mut hasher = Sha256::new();
        for cell in row {
            let (is_none, bytes) = match cell {
                Cell::Text(value) => (value.is_none(), value.clone().unwrap_or_default().into_bytes()),
                Cell::Integer(value) => (value.is_none(), value.unwrap_or(0).to_be_bytes().to_vec()),
                // As an integer, since that is what the other side reads.
                Cell::Boolean(value) => {
                    (value.is_none(), i64::from(value.unwrap_or(false)).to_be_bytes().to_vec())
                }
                Cell::Bytes(value) => (value.is_none(), value.clone().unwrap_or_default()),
                Cell::Real(value) => (value.is_none(), value.unwrap_or(0.0).to_be_bytes().to_vec()),
            };
            hasher.update([u8::from(is_none)]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(&bytes);
        }
        let digest = hasher.finalize();
        let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        self.rows += 1;
        self.sum = self.sum.wrapping_add(number);
    }
}
