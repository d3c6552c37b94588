//! Whether the key is the one that the database was made with.

use sigyl_core::secret::{MasterKey, SecretError, same};

use super::source::{self, KEY_FILE, SourceError};
use crate::{
    audit::{self, AuditKeyError, Caller, Chain, Event, record},
    clock::Timestamp,
    config::Config,
    data_folder::{DataFolder, Existing, FolderError, write_private},
    db::{Db, DbError, Engine, execute, fetch_optional},
};

/// The row that keeps the key's check value.
pub(crate) const CHECK_ROW: &str = "master-key-check";

/// Why the server has no key that it may use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Another key: nothing would open.
    #[error("this is not the master key that the database was made with; name the right one, or restore it")]
    Mismatch,
    /// The database has a key, and we have none.
    #[error("the master key that the database was made with is not here; name it with SIGYL_MASTER_KEY_FILE")]
    Missing,
    /// PostgreSQL without a key: replicas must not each make one.
    #[error("the database has no master key yet; run `sigyl db init-key` once")]
    NotInitialised,
    /// The key was made already.
    #[error("the database has a master key already")]
    Initialised,
    /// A new key cannot be kept.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The audit log's key does not open.
    #[error(transparent)]
    Audit(#[from] AuditKeyError),
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Random(#[from] SecretError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The key of the database. Made at the first start on SQLite; everywhere else it must be there. From then on the
/// database can write its audit log.
///
/// # Errors
/// When there is none, or it is another one.
pub(crate) async fn load(
    config: &Config,
    folder: &DataFolder,
    db: &Db,
    now: Timestamp,
) -> Result<MasterKey, KeyError> {
    let kept = kept(db).await?;
    match (source::read(config, folder).await?, kept) {
        (found, Some(kept)) => {
            let key = matching(found, &kept)?;
            audit::unlock(db, &key, now).await?;
            Ok(key)
        }
        (_, None) if db.engine() == Engine::Postgres => Err(KeyError::NotInitialised),
        (found, None) => settle(found, folder, db, now).await,
    }
}

/// The key of the database, where it has one. Nothing is made.
///
/// # Errors
/// When it is another one, or not here.
pub(crate) async fn present(
    config: &Config,
    folder: &DataFolder,
    db: &Db,
) -> Result<Option<MasterKey>, KeyError> {
    match kept(db).await? {
        Some(kept) => matching(source::read(config, folder).await?, &kept).map(Some),
        None => Ok(None),
    }
}

fn matching(found: Option<MasterKey>, kept: &str) -> Result<MasterKey, KeyError> {
    match found {
        Some(key) if same(key.check_value().as_bytes(), kept.as_bytes()) => Ok(key),
        Some(_) => Err(KeyError::Mismatch),
        None => Err(KeyError::Missing),
    }
}

/// Gives a database its key: the one that the configuration names, else a new one in the data folder.
///
/// # Errors
/// When it has one already, or the key cannot be read or kept.
pub(crate) async fn init(
    config: &Config,
    folder: &DataFolder,
    db: &Db,
    now: Timestamp,
) -> Result<MasterKey, KeyError> {
    if kept(db).await?.is_some() {
        return Err(KeyError::Initialised);
    }
    settle(source::read(config, folder).await?, folder, db, now).await
}

/// Whether a key is still the database's: it may have been replaced while we ran.
pub(crate) async fn is_current(db: &Db, key: &MasterKey) -> Result<bool, DbError> {
    let kept = kept(db).await?;
    Ok(kept.is_some_and(|kept| same(kept.as_bytes(), key.check_value().as_bytes())))
}

async fn kept(db: &Db) -> Result<Option<String>, DbError> {
    let mut connection = db.connection().await?;
    let row: Option<(String,)> =
        fetch_optional!(connection, "SELECT value FROM instance WHERE name = $1", CHECK_ROW)?;
    Ok(row.map(|row| row.0))
}

/// Keeps the key first and its check value then: killed in between, the next start finds the key and goes on.
async fn settle(
    found: Option<MasterKey>,
    folder: &DataFolder,
    db: &Db,
    now: Timestamp,
) -> Result<MasterKey, KeyError> {
    let key = match found {
        Some(key) => key,
        None => {
            let key = MasterKey::generate()?;
            let text = key.to_text();
            write_private(&folder.file(KEY_FILE), text.reveal().as_bytes(), Existing::Keep)?;
            key
        }
    };
    let mut transaction = db.begin().await?;
    let written = execute!(
        transaction,
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        CHECK_ROW,
        key.check_value()
    )?;
    if written != 1 {
        return Err(KeyError::Initialised);
    }
    let audit_key = audit::make_key(&mut transaction, &key, now).await?;
    transaction.use_audit_key(audit_key);
    let id = key.id();
    let event = Event::done("master-key.create", "master-key", id.as_str());
    record(&mut transaction, Chain::Instance, &Caller::system(), now, event).await?;
    transaction.commit().await?;
    audit::unlock(db, &key, now).await?;
    Ok(key)
}
