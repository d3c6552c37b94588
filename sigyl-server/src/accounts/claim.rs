//! The claim of the first administrator: a token in a file that only who runs the server can read.

use std::path::PathBuf;

use sigyl_core::secret::{SecretError, Token, TokenHash, TokenKind};

use super::users;
use crate::{
    audit::{Caller, Chain, Event, record},
    clock::Timestamp,
    data_folder::{DataFolder, Existing, FolderError, write_private},
    db::{Connection, Db, DbError, Engine, execute, fetch_optional},
};

/// The file in the data folder.
pub(crate) const CLAIM_FILE: &str = "claim-token";

/// The row that keeps the token's hash.
const ROW: &str = "claim-token-hash";

/// Why there is no claim token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The file cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Random(#[from] SecretError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Whether the server has an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimState {
    /// It has.
    Claimed,
    /// It waits for the token in this file.
    Waiting(PathBuf),
    /// It waits for a token that another replica wrote.
    WaitingElsewhere,
}

/// Which token is meant when there is one already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renew {
    /// Keep it; another replica may have told it.
    No,
    /// Make a new one; the old one is worth nothing then.
    Yes,
}

/// Makes the claim token of a server without users.
///
/// # Errors
/// When it cannot be kept.
pub(crate) async fn prepare(
    db: &Db,
    folder: &DataFolder,
    renew: Renew,
    now: Timestamp,
) -> Result<ClaimState, ClaimError> {
    let path = folder.file(CLAIM_FILE);
    let mut transaction = db.begin().await?;
    if users::any(&mut transaction).await? {
        // What it claimed is claimed; a leftover would only look like a secret.
        let _ = std::fs::remove_file(&path);
        return Ok(ClaimState::Claimed);
    }
    let kept: Option<(String,)> =
        fetch_optional!(transaction, "SELECT value FROM instance WHERE name = $1", ROW)?;
    if let Some((kept,)) = &kept
        && renew == Renew::No
    {
        let here = std::fs::read_to_string(&path).ok();
        let here = here.and_then(|text| Token::parse(TokenKind::Claim, text.trim()));
        let same = here.is_some_and(|token| token.hash().is(kept));
        if same {
            return Ok(ClaimState::Waiting(path));
        }
        // SQLite has no other replicas: the file was lost.
        if db.engine() == Engine::Postgres {
            return Ok(ClaimState::WaitingElsewhere);
        }
    }
    let token = Token::generate(TokenKind::Claim)?;
    execute!(
        transaction,
        "INSERT INTO instance (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        ROW,
        token.hash().as_str()
    )?;
    let event = Event::done("server.claim-token", "server", "");
    record(&mut transaction, Chain::Instance, &Caller::system(), now, event).await?;
    // The file first: a token that nobody can read is worse than one that is not good yet.
    write_private(&path, format!("{}\n", token.reveal()).as_bytes(), Existing::Replace)?;
    transaction.commit().await?;
    Ok(ClaimState::Waiting(path))
}

/// Takes the claim: whether the token is the one. It is worth nothing afterwards.
pub(crate) async fn take(transaction: &mut Connection, hash: &TokenHash) -> Result<bool, DbError> {
    let kept: Option<(String,)> =
        fetch_optional!(transaction, "DELETE FROM instance WHERE name = $1 RETURNING value", ROW)?;
    Ok(kept.is_some_and(|(kept,)| hash.is(&kept)))
}
