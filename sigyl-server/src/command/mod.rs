//! The verbs of the server, for `sigyl` and `sigyl-server` alike. Only here are the environment and the terminal.

mod audit;
mod config;
mod database;
mod scan_source;
mod seed;
mod serve;

use std::{
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
};

pub use audit::AuditVerb;
use clap::{Args, Subcommand};

use crate::{
    accounts::claim::ClaimError,
    config::{Config, Given, Mistake, gather},
    data_folder::{DataFolder, FolderError},
    db::{Db, DbError, IfMissing, OpenError, copy::CopyError, migrations::MigrationsError},
    keys::{KeyError, SourceError},
    secrets::RotateError,
    start::StartError,
};

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: registry, accounts, API keys and secrets.
    Serve(serve::ServeArguments),
    /// Show the server's configuration.
    Config(config::ConfigArguments),
    /// Migrate, back up, restore or copy the server's database.
    Db(database::DatabaseArguments),
    /// Fill the server's registry with samples for a first look, or take them away.
    Seed(seed::SeedArguments),
    /// Scan what is on standard input; the server starts it.
    #[command(hide = true)]
    ScanSource {
        /// archive, tools or git.
        #[arg(default_value = "archive")]
        kind: String,
    },
}

/// Runs a verb: true when all is well, false when what was checked is not.
///
/// # Errors
/// When the verb could not do its work.
pub fn run(command: &Command) -> Result<bool, CommandError> {
    runtime()?.block_on(async {
        match command {
            Command::Serve(arguments) => serve::run(arguments).await,
            Command::Config(arguments) => config::run(arguments),
            Command::Db(arguments) => database::run(arguments).await,
            Command::Seed(arguments) => seed::run(arguments).await,
            Command::ScanSource { kind } => scan_source::run(kind),
        }
    })
}

/// Runs a verb of the audit log: true when it is whole.
///
/// # Errors
/// When the verb could not do its work.
pub fn run_audit(verb: &AuditVerb) -> Result<bool, CommandError> {
    runtime()?.block_on(audit::run(verb))
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::Runtime)
}

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// No threads.
    #[error("the runtime did not start")]
    Runtime(#[source] io::Error),
    /// The configuration has mistakes.
    #[error("the configuration has {} mistake{}\n{}", .0.len(), if .0.len() == 1 { "" } else { "s" }, told(.0))]
    Configuration(Vec<Mistake>),
    /// The server did not start.
    #[error("the server did not start")]
    Start(#[from] StartError),
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be brought to this version.
    #[error(transparent)]
    Migrations(#[from] MigrationsError),
    /// The master key cannot be made or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The master key cannot be replaced.
    #[error(transparent)]
    Rotate(#[from] RotateError),
    /// A key's file cannot be read.
    #[error(transparent)]
    KeySource(#[from] SourceError),
    /// The claim token cannot be made.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The database cannot be copied.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A file that is in the way, or cannot be written.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Anything with a sentence of its own.
    #[error("{0}")]
    Said(String),
    /// Standard output was closed.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
}

fn told(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n")
}

impl CommandError {
    /// The whole of it, causes included.
    pub fn told(&self) -> String {
        let error: &dyn std::error::Error = self;
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    }
}

/// What every verb of the server takes.
#[derive(Debug, Args)]
pub struct Common {
    /// The file of settings [default: $SIGYL_CONFIG, or /etc/sigyl/server.toml where there is one].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the server keeps its files [default: $SIGYL_DATA_DIR, or sigyl/server in the user's data folder].
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// The database: sqlite, sqlite:PATH or postgres://USER@HOST/NAME [default: $SIGYL_DATABASE_URL, or sqlite].
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Common {
    fn gather(&self, more: Vec<(&'static str, String)>) -> Result<crate::config::Gathered, CommandError> {
        let mut flags = more;
        flags.extend(self.data_dir.clone().map(|text| ("--data-dir", text)));
        flags.extend(self.database.clone().map(|text| ("--database", text)));
        let given = Given { file: self.config.clone(), flags, environment: &environment };
        gather(&given).map_err(CommandError::Configuration)
    }

    fn configuration(&self) -> Result<Config, CommandError> {
        Ok(self.gather(Vec::new())?.config)
    }

    /// The configuration with its folder and its database, which must be there.
    async fn open(&self) -> Result<(Config, DataFolder, Db), CommandError> {
        let config = self.configuration()?;
        let folder = DataFolder::open(&config.data_dir)?;
        let db = Db::open(&config, IfMissing::Refuse).await?;
        Ok((config, folder, db))
    }

    /// The same for commands that read and write what the tables of this version hold.
    async fn open_migrated(&self) -> Result<(Config, DataFolder, Db), CommandError> {
        let (config, folder, db) = self.open().await?;
        if db.is_migrated().await? {
            return Ok((config, folder, db));
        }
        Err(CommandError::Said("the database is of another version; run `sigyl db migrate`".to_owned()))
    }
}

#[allow(clippy::disallowed_methods, reason = "the server's configuration")]
fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The names of all variables.
#[allow(clippy::disallowed_methods, reason = "the server's configuration")]
fn variables() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// Writes a result to standard output.
fn print(text: &str) -> Result<(), CommandError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A reader that has seen enough, such as `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(CommandError::Output),
    }
}

/// Refuses to write over a file.
fn refuse_existing(path: &Path) -> Result<(), CommandError> {
    if path.exists() {
        return Err(CommandError::Said(format!("{} is there already; name another file", path.display())));
    }
    Ok(())
}
