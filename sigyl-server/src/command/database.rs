//! `sigyl db`.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};

use super::{CommandError, Common, print, refuse_existing};
use crate::{
    accounts::claim::{ClaimState, Renew, prepare},
    audit::{Caller, Chain, Event, record},
    clock::Clock,
    config::Config,
    data_folder::DataFolder,
    db::{
        Db, IfMissing,
        copy::{CopiedTable, copy},
        sqlite_path,
    },
    keys,
    secrets::rotate_master,
};

/// How long a file waits for a lock; it is nobody else's.
const FILE_TIMEOUT: Duration = Duration::from_secs(5);

/// Arguments of `sigyl db`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl db status                                   which migrations were applied
  sigyl db backup /backups/sigyl-monday.db          while the server runs
  sigyl db restore /backups/sigyl-monday.db         into an empty database
  sigyl db copy --to postgres://sigyl@db/sigyl      from SQLite to PostgreSQL

A backup holds no master key: without the key, nobody opens the secrets in it. Keep the two apart.")]
pub struct DatabaseArguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Apply the migrations that were not applied yet.
    Migrate {
        #[command(flatten)]
        common: Common,
    },
    /// Tell which migrations were applied; exit code 1 where one was not.
    Status {
        #[command(flatten)]
        common: Common,
    },
    /// Write the whole database into one file, while the server runs.
    Backup {
        /// The file, which must not be there yet.
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Read a backup into an empty database.
    Restore {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Copy the whole database into an empty one, and compare both.
    Copy {
        /// The target's URL; one with a password is read from $SIGYL_COPY_TO instead.
        #[arg(long, value_name = "URL")]
        to: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Give the database its master key; on PostgreSQL, once, before the first start.
    InitKey {
        #[command(flatten)]
        common: Common,
    },
    /// Replace the master key: every data key is wrapped by the new one, or none. Servers must start anew with it.
    RotateKey {
        /// The file with the new key; made with a new random key where it is missing.
        #[arg(long, value_name = "FILE")]
        to_file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Make a new claim token for the first administrator; the old one is worth nothing then.
    ClaimToken {
        #[command(flatten)]
        common: Common,
    },
}

pub(super) async fn run(arguments: &DatabaseArguments) -> Result<bool, CommandError> {
    match &arguments.verb {
        Verb::Migrate { common } => migrate(common).await,
        Verb::Status { common } => status(common).await,
        Verb::Backup { file, common } => backup(common, file).await,
        Verb::Restore { file, common } => restore(common, file).await,
        Verb::Copy { to, common } => copy_to(common, to.as_deref()).await,
        Verb::InitKey { common } => init_key(common).await,
        Verb::RotateKey { to_file, common } => rotate_key(common, to_file).await,
        Verb::ClaimToken { common } => claim_token(common).await,
    }
}

/// The database of the configuration, made where it is a file that is missing.
async fn made(common: &Common) -> Result<(Config, DataFolder, Db), CommandError> {
    let config = common.configuration()?;
    let folder = DataFolder::open(&config.data_dir)?;
    let db = Db::open(&config, IfMissing::Create).await?;
    Ok((config, folder, db))
}

async fn migrate(common: &Common) -> Result<bool, CommandError> {
    let (_, _, db) = made(common).await?;
    db.migrate().await?;
    db.close().await;
    print("all migrations are applied\n")?;
    Ok(true)
}

async fn status(common: &Common) -> Result<bool, CommandError> {
    let (_, _, db) = common.open().await?;
    let states = db.migration_states().await?;
    db.close().await;
    let mut out = String::new();
    for state in &states {
        let word = if state.is_applied { "applied" } else { "not applied" };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:>3}  {:20}  {word}", state.number, state.about);
    }
    print(&out)?;
    Ok(states.iter().all(|state| state.is_applied))
}

async fn backup(common: &Common, file: &Path) -> Result<bool, CommandError> {
    refuse_existing(file)?;
    let (_, _, db) = common.open().await?;
    // Whole or not at all: under another name until it is.
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let _ = std::fs::remove_file(&part);
    let target = Db::open_sqlite(&part, 1, FILE_TIMEOUT, IfMissing::Create).await?;
    target.migrate().await?;
    let copied = copy(&db, &target).await;
    target.close().await;
    db.close().await;
    let copied = copied.inspect_err(|_| {
        let _ = std::fs::remove_file(&part);
    })?;
    std::fs::rename(&part, file).map_err(|source| CommandError::File { path: file.to_owned(), source })?;
    tell(&copied, &format!("in {}", file.display()))
}

async fn restore(common: &Common, file: &Path) -> Result<bool, CommandError> {
    let (_, folder, db) = made(common).await?;
    db.migrate().await?;
    // A backup of an earlier version is brought to this one, in a copy: the file itself is never written.
    let failed = |source| CommandError::File { path: file.to_owned(), source };
    let scratch = tempfile::Builder::new().prefix(".restore-").tempdir_in(folder.path()).map_err(failed)?;
    let copied_file = scratch.path().join("backup.db");
    std::fs::copy(file, &copied_file).map_err(failed)?;
    let source = Db::open_sqlite(&copied_file, 1, FILE_TIMEOUT, IfMissing::Refuse).await?;
    source.migrate().await?;
    let copied = copy(&source, &db).await;
    source.close().await;
    db.close().await;
    tell(&copied?, "restored; it needs the master key that it was made with")
}

async fn copy_to(common: &Common, to: Option<&str>) -> Result<bool, CommandError> {
    let (config, _, db) = common.open().await?;
    let secret = super::environment("SIGYL_COPY_TO").and_then(|text| text.into_string().ok());
    let url = match (to, secret) {
        (Some(url), _) if crate::config::has_password(url) => {
            return Err(CommandError::Said(
                "a URL with a password can be read by others in the list of processes; set SIGYL_COPY_TO instead"
                    .to_owned(),
            ));
        }
        (Some(url), _) => url.to_owned(),
        (None, Some(url)) => url,
        (None, None) => {
            return Err(CommandError::Said("name the target with --to or SIGYL_COPY_TO".to_owned()));
        }
    };
    let target = Config { database_url: sigyl_core::secret::SecretText::new(url), ..config.clone() };
    if sqlite_path(&target).is_some() && sqlite_path(&target) == sqlite_path(&config) {
        return Err(CommandError::Said("source and target are the same".to_owned()));
    }
    let target = Db::open(&target, IfMissing::Create).await?;
    target.migrate().await?;
    let copied = copy(&db, &target).await;
    target.close().await;
    db.close().await;
    tell(&copied?, "copied; it needs the same master key")
}

fn tell(copied: &[CopiedTable], what: &str) -> Result<bool, CommandError> {
    let mut out = String::new();
    for table in copied {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:24} {:>9} rows", table.name, table.rows);
    }
    let _ = writeln!(out, "{what}");
    print(&out)?;
    Ok(true)
}

async fn init_key(common: &Common) -> Result<bool, CommandError> {
    let (config, folder, db) = made(common).await?;
    db.migrate().await?;
    let key = keys::init(&config, &folder, &db, Clock::system().now()).await?;
    db.close().await;
    let path = folder.file(keys::KEY_FILE);
    let place = if path.exists() { format!(" in {}", path.display()) } else { String::new() };
    print(&format!("the database's master key is {}{place}; every replica needs it\n", key.id()))?;
    Ok(true)
}

async fn rotate_key(common: &Common, to_file: &Path) -> Result<bool, CommandError> {
    let (config, folder, db) = common.open_migrated().await?;
    let now = Clock::system().now();
    let from = keys::load(&config, &folder, &db, now).await?;
    // Kept before anything is wrapped by it.
    let to = keys::read_or_make(to_file)?;
    let mut transaction = db.begin().await?;
    let count = rotate_master(&mut transaction, &from, &to).await?;
    let id = to.id();
    let event = Event::done("master-key.rotate", "master-key", id.as_str());
    record(&mut transaction, Chain::Instance, &Caller::system(), now, event).await?;
    transaction.commit().await?;
    db.close().await;
    print(&format!(
        "{count} data keys are wrapped by the master key {id} in {}; start every server anew with it, and keep the old \
         key for old backups\n",
        to_file.display()
    ))?;
    Ok(true)
}

async fn claim_token(common: &Common) -> Result<bool, CommandError> {
    let (config, folder, db) = common.open_migrated().await?;
    let now = Clock::system().now();
    // The audit log is written under a key that this one opens.
    keys::load(&config, &folder, &db, now).await?;
    let state = prepare(&db, &folder, Renew::Yes, now).await?;
    db.close().await;
    match state {
        ClaimState::Waiting(path) => {
            print(&format!("the claim token is in {}\n", path.display()))?;
            Ok(true)
        }
        ClaimState::Claimed | ClaimState::WaitingElsewhere => {
            Err(CommandError::Said("the server has users already".to_owned()))
        }
    }
}
