//! The database: SQLite or PostgreSQL, under one set of queries.
//!
//! SQL is written once, in what both understand: `$1` for parameters, `ON CONFLICT … RETURNING`, times as milliseconds,
//! JSON as text. The macros [`execute!`], [`fetch_one!`], [`fetch_optional!`] and [`fetch_all!`] run it on whichever it
//! is. Migrations are two sets with the same tables.

pub(crate) mod copy;
pub(crate) mod migrations;
mod open;
pub(crate) mod tables;

use std::sync::{Arc, OnceLock};

use sqlx::{
    PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction, pool::PoolConnection,
};

pub(crate) use open::sqlite_path;
pub(crate) use open::{IfMissing, OpenError};

use crate::audit::AuditKey;

/// Why a statement failed; for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
#[error("the database failed")]
pub struct DbError(#[from] sqlx::Error);

impl DbError {
    /// Whether a row with the same unique value is there already.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(&self.0, sqlx::Error::Database(error) if error.is_unique_violation())
    }
}

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file, within this process.
    Sqlite,
    /// A server, shared by replicas.
    Postgres,
}

/// The database. Clones share their connections, and the key that the audit log is written under.
#[derive(Debug, Clone)]
pub struct Db(Pool, Arc<OnceLock<Arc<AuditKey>>>);

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Db {
    /// Which of the two it is.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection for statements that stand alone.
    pub(crate) async fn connection(&self) -> Result<Connection, DbError> {
        let held = match &self.0 {
            Pool::Sqlite(pool) => Held::Sqlite(pool.acquire().await?),
            Pool::Postgres(pool) => Held::Postgres(pool.acquire().await?),
        };
        Ok(self.connected(held))
    }

    /// A transaction that writes. It is undone unless it is committed.
    pub(crate) async fn begin(&self) -> Result<Connection, DbError> {
        let held = match &self.0 {
            // A transaction that begins by reading and then writes would fail where another one wrote in between.
            Pool::Sqlite(pool) => Held::SqliteTransaction(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Held::PostgresTransaction(pool.begin().await?),
        };
        Ok(self.connected(held))
    }

    /// A transaction that sees one state of the database and writes nothing.
    pub(crate) async fn snapshot(&self) -> Result<Connection, DbError> {
        let held = match &self.0 {
            Pool::Sqlite(pool) => Held::SqliteTransaction(pool.begin().await?),
            Pool::Postgres(pool) => Held::PostgresTransaction(
                pool.begin_with("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?,
            ),
        };
        Ok(self.connected(held))
    }

    fn connected(&self, held: Held) -> Connection {
        Connection(held, self.1.get().cloned())
    }

    /// Has what is written into the audit log from now on written under a key.
    pub(crate) fn use_audit_key(&self, key: AuditKey) {
        // The second of two is the same: a database has one.
        let _ = self.1.set(Arc::new(key));
    }

    /// Ends all connections.
    pub async fn close(&self) {
        match &self.0 {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    /// Connections in use and idle.
    pub(crate) fn connections(&self) -> (u32, usize) {
        match &self.0 {
            Pool::Sqlite(pool) => (pool.size(), pool.num_idle()),
            Pool::Postgres(pool) => (pool.size(), pool.num_idle()),
        }
    }
}

/// A connection, within a transaction or not, and the key of the audit log.
pub(crate) struct Connection(Held, Option<Arc<AuditKey>>);

enum Held {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTransaction(Transaction<'static, Sqlite>),
    PostgresTransaction(Transaction<'static, Postgres>),
}

/// What the macros run a statement on.
pub(crate) enum Link<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Connection {
    pub(crate) fn link(&mut self) -> Link<'_> {
        match &mut self.0 {
            Held::Sqlite(connection) => Link::Sqlite(connection),
            Held::Postgres(connection) => Link::Postgres(connection),
            Held::SqliteTransaction(transaction) => Link::Sqlite(transaction),
            Held::PostgresTransaction(transaction) => Link::Postgres(transaction),
        }
    }

    /// The key that entries of the audit log are written under.
    ///
    /// # Errors
    /// Where nobody opened it: nothing is ever written without.
    pub(crate) fn audit_key(&self) -> Result<Arc<AuditKey>, DbError> {
        let missing = || sqlx::Error::Configuration("the audit log's key was not opened".into());
        Ok(self.1.clone().ok_or_else(missing)?)
    }

    /// Has this transaction's entries written under a key that it made itself.
    pub(crate) fn use_audit_key(&mut self, key: AuditKey) {
        self.1 = Some(Arc::new(key));
    }

    /// Makes a transaction's changes last; nothing where it is none.
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self.0 {
            Held::Sqlite(_) | Held::Postgres(_) => {}
            Held::SqliteTransaction(transaction) => transaction.commit().await?,
            Held::PostgresTransaction(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// Runs a statement; its value is the number of rows that it changed.
macro_rules! execute {
    ($connection:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match $connection.link() {
            $crate::db::Link::Sqlite(link) => {
                sqlx::query($sql)$(.bind($value))*.execute(link).await.map(|done| done.rows_affected())
            }
            $crate::db::Link::Postgres(link) => {
                sqlx::query($sql)$(.bind($value))*.execute(link).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::db::DbError::from)
    };
}

macro_rules! fetch {
    ($method:ident, $connection:expr, $sql:expr $(, $value:expr)*) => {
        match $connection.link() {
            $crate::db::Link::Sqlite(link) => sqlx::query_as($sql)$(.bind($value))*.$method(link).await,
            $crate::db::Link::Postgres(link) => sqlx::query_as($sql)$(.bind($value))*.$method(link).await,
        }
        .map_err($crate::db::DbError::from)
    };
}

/// The only row of a statement.
macro_rules! fetch_one {
    ($connection:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::db::fetch!(fetch_one, $connection, $sql $(, $value)*)
    };
}

/// The row of a statement, where there is one.
macro_rules! fetch_optional {
    ($connection:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::db::fetch!(fetch_optional, $connection, $sql $(, $value)*)
    };
}

/// All rows of a statement; its SQL limits them.
macro_rules! fetch_all {
    ($connection:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::db::fetch!(fetch_all, $connection, $sql $(, $value)*)
    };
}

pub(crate) use {execute, fetch, fetch_all, fetch_one, fetch_optional};
