//! Opening the database that a URL names.

use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, DbError, Pool};
use crate::config::Config;

/// The file in the data folder.
pub(crate) const SQLITE_FILE: &str = "sigyl.db";

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL cannot be read; whoever configures the server must mend it.
    #[error("the database's URL cannot be read")]
    Url(#[source] sqlx::Error),
    /// Nobody answers, or not to us.
    #[error("the database cannot be reached")]
    Connect(#[source] sqlx::Error),
    /// A file cannot be made; its folder must be there and writable.
    #[error("cannot make {}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is no database, or not for us; whoever named it must name another.
    #[error("the database's file cannot be opened")]
    Open(#[source] sqlx::Error),
    /// A file that should be there is not.
    #[error("there is no database in {}", .0.display())]
    Missing(PathBuf),
}

/// Whether a file of SQLite that is not there is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// Make it.
    Create,
    /// Refuse.
    Refuse,
}

impl Db {
    /// Opens the database of a configuration.
    ///
    /// # Errors
    /// When it cannot be reached, or is missing.
    pub async fn open(config: &Config, if_missing: IfMissing) -> Result<Self, OpenError> {
        let url = config.database_url.reveal();
        let name = format!("sigyl/{}", env!("CARGO_PKG_VERSION"));
        match sqlite_path(config) {
            Some(path) => {
                Self::open_sqlite(&path, config.database_connections, config.database_timeout, if_missing)
                    .await
            }
            None => {
                let options = PgConnectOptions::from_str(url)
                    .map_err(OpenError::Url)?
                    .application_name(&name)
                    .disable_statement_logging();
                let pool = PgPoolOptions::new()
                    .max_connections(config.database_connections)
                    .acquire_timeout(config.database_timeout)
                    .connect_with(options)
                    .await
                    .map_err(OpenError::Connect)?;
                Ok(Self(Pool::Postgres(pool), Arc::default()))
            }
        }
    }

    /// Opens a file of SQLite.
    ///
    /// # Errors
    /// When it cannot be opened, or is missing.
    pub(crate) async fn open_sqlite(
        path: &Path,
        connections: u32,
        timeout: Duration,
        if_missing: IfMissing,
    ) -> Result<Self, OpenError> {
        if if_missing == IfMissing::Refuse && !path.exists() {
            return Err(OpenError::Missing(path.to_owned()));
        }
        if if_missing == IfMissing::Create {
            create_private(path).map_err(|source| OpenError::Create { path: path.to_owned(), source })?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged outlives a power cut, not only a killed process.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(timeout)
            // What is deleted is overwritten, so that sealed values and hashes do not linger in the file.
            .pragma("secure_delete", "ON")
            // A file that someone prepared must not run functions of the schema's choosing.
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(timeout)
            .connect_with(options)
            .await
            .map_err(OpenError::Open)?;
        Ok(Self(Pool::Sqlite(pool), Arc::default()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn ping(&self) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let _: (i64,) = super::fetch_one!(connection, "SELECT CAST(1 AS BIGINT)")?;
        Ok(())
    }
}

/// Makes an empty file for its owner alone, where there is none: whatever the folder and the umask say.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The file that a configuration names; none where it names PostgreSQL.
pub(crate) fn sqlite_path(config: &Config) -> Option<PathBuf> {
    match config.database_url.reveal() {
        "sqlite" => Some(config.data_dir.join(SQLITE_FILE)),
        url => url.strip_prefix("sqlite:").map(PathBuf::from),
    }
}
