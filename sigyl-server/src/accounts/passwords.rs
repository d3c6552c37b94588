//! Passwords: checked and hashed a few at a time, away from the threads that answer.

use sigyl_core::secret::{
    PasswordHash, SecretError, SecretText, hash_password, spend_as_if_verifying, verify_password,
};

use crate::{
    app::App,
    http::{ApiError, Code},
};

/// Longest password, bytes: what is hashed is a caller's.
const PASSWORD_BYTES_MAX: usize = 1024;

/// Hashes a new password.
///
/// # Errors
/// When it is too short, too long, or the user's own name.
pub(crate) async fn hash(app: &App, password: &SecretText, names: &[&str]) -> Result<PasswordHash, ApiError> {
    let text = password.reveal();
    let least = app.config.password_min_length;
    if text.chars().count() < least || text.len() > PASSWORD_BYTES_MAX {
        return Err(ApiError::invalid(format!("password: at least {least} characters, at most 1024 bytes")));
    }
    let lower = text.to_lowercase();
    let mut letters = text.chars().collect::<Vec<_>>();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 || names.iter().any(|name| !name.is_empty() && lower == name.to_lowercase()) {
        return Err(ApiError::invalid("password: too easy to guess"));
    }
    let password = password.clone();
    work(app, move || hash_password(&password)).await?.map_err(ApiError::from)
}

/// Whether a password is the one that is kept. It takes as long when there is none.
///
/// # Errors
/// When the server ends.
pub(crate) async fn fits(
    app: &App,
    password: &SecretText,
    kept: Option<PasswordHash>,
) -> Result<bool, ApiError> {
    if password.reveal().len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let password = password.clone();
    work(app, move || match kept {
        Some(kept) => verify_password(&password, &kept),
        None => {
            spend_as_if_verifying(&password);
            false
        }
    })
    .await
}

async fn work<T: Send + 'static>(
    app: &App,
    what: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let unavailable = || ApiError::new(Code::Unavailable, "the server is ending");
    let _permit = app.passwords.acquire().await.map_err(|_| unavailable())?;
    tokio::task::spawn_blocking(what).await.map_err(|error| {
        if error.is_cancelled() { unavailable() } else { ApiError::internal(&SecretError::Password) }
    })
}
