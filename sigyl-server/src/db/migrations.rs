//! The two sets of migrations: the same numbers, the same tables.

use sqlx::{
    SqlStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Connection, Db, DbError, Held, Pool, fetch_all};

/// One step of both sets.
struct Step {
    number: i64,
    about: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($number:literal $about:literal),* $(,)?) => {
        &[$(Step {
            number: $number,
            about: $about,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $number, "-", $about, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $number, "-", $about, ".sql")),
        }),*]
    };
}

/// All of them, oldest first. One that was released is never changed: its checksum is kept in the databases.
static STEPS: &[Step] = steps![1 "accounts", 2 "secrets", 3 "registry", 4 "scans", 5 "retired", 6 "listings", 7 "identities", 8 "secret-uses", 10 "scan-jobs", 11 "read-links", 12 "name-parts", 14 "mirrors", 16 "deployments", 17 "idle", 18 "private", 19 "engine-sweeps", 20 "audit-keys", 22 "search", 23 "build-secrets", 24 "told-by-indexes", 25 "named-sources"];

/// Why migrations cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationsError {
    /// A newer version of Sigyl was here, or a migration was changed; use that version, or restore a backup.
    #[error("the database is of another version of Sigyl")]
    OtherVersion(#[source] MigrateError),
    /// A migration failed, and was undone.
    #[error("a migration failed, and was undone")]
    Failed(#[source] MigrateError),
}

/// A migration and whether it was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its number.
    pub number: i64,
    /// What it is about.
    pub about: &'static str,
    /// Whether it was applied.
    pub is_applied: bool,
}

fn migrator(text: impl Fn(&Step) -> &'static str) -> Migrator {
    let migration = |step: &Step| {
        let sql = SqlStr::from_static(text(step));
        Migration::new(step.number, step.about.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(STEPS.iter().map(migration).collect())
}

impl Db {
    /// Applies what was not applied yet, each migration in a transaction of its own.
    ///
    /// # Errors
    /// When one fails, or the database was changed by another version.
    pub async fn migrate(&self) -> Result<(), MigrationsError> {
        let done = match &self.0 {
            Pool::Sqlite(pool) => migrator(|step| step.sqlite).run(pool).await,
            Pool::Postgres(pool) => migrator(|step| step.postgres).run(pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
                MigrationsError::OtherVersion(error)
            }
            other => MigrationsError::Failed(other),
        })
    }

    /// Which migrations were applied.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn migration_states(&self) -> Result<Vec<MigrationState>, DbError> {
        let mut connection = self.connection().await?;
        let applied = applied(&mut connection).await?;
        let state = |step: &Step| MigrationState {
            number: step.number,
            about: step.about,
            is_applied: applied.contains(&step.number),
        };
        Ok(STEPS.iter().map(state).collect())
    }

    /// Whether all migrations were applied.
    pub(crate) async fn is_migrated(&self) -> Result<bool, DbError> {
        Ok(self.migration_states().await?.iter().all(|state| state.is_applied))
    }
}

/// Numbers of the migrations that were applied.
pub(crate) async fn applied(connection: &mut Connection) -> Result<Vec<i64>, DbError> {
    let exists = match &connection.0 {
        Held::Sqlite(_) | Held::SqliteTransaction(_) => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'"
        }
        Held::Postgres(_) | Held::PostgresTransaction(_) => {
            "SELECT CAST(to_regclass('_sqlx_migrations') AS TEXT) WHERE to_regclass('_sqlx_migrations') IS NOT NULL"
        }
    };
    let table: Vec<(String,)> = fetch_all!(connection, exists)?;
    if table.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64,)> =
        fetch_all!(connection, "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up() {
        assert!(STEPS.windows(2).all(|pair| pair[0].number < pair[1].number) && STEPS[0].number == 1);
    }

    #[test]
    fn every_table_of_sqlite_is_strict() {
        for step in STEPS {
            let tables = step.sqlite.matches("CREATE TABLE").count();
            assert_eq!(step.sqlite.matches(") STRICT").count(), tables, "{}", step.about);
        }
    }
}
