//! Who Sigyl is to Google Cloud.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use google_cloud_auth::{
    credentials::{AccessTokenCredentials, Builder, idtoken},
    errors::CredentialsError,
};
use sigyl_core::secret::SecretText;

use super::NAME;
use crate::backend::{BackendError, hidden::chain};

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// Gives tokens, fresh ones each time they are needed.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token for Google's own interfaces.
    ///
    /// # Errors
    /// When there is none: the operator must act, or it passes.
    async fn access_token(&self) -> Result<SecretText, BackendError>;

    /// A token that shows who calls a private service; the audience is the service's address.
    ///
    /// # Errors
    /// When there is none: the operator must act, or it passes.
    async fn id_token(&self, audience: &str) -> Result<SecretText, BackendError>;
}

/// Tokens of Application Default Credentials: the metadata server, a key file, a federation, an impersonation.
pub struct GoogleTokens {
    access: AccessTokenCredentials,
    ids: Mutex<HashMap<String, idtoken::IDTokenCredentials>>,
}

impl GoogleTokens {
    /// Looks where Google's own tools look.
    ///
    /// # Errors
    /// When what is there cannot be used.
    pub fn find() -> Result<Self, BackendError> {
        let access = Builder::default()
            .with_scopes([SCOPE])
            .build_access_token_credentials()
            .map_err(|error| unavailable(&chain(&error)))?;
        Ok(Self { access, ids: Mutex::default() })
    }

    fn id_credentials(&self, audience: &str) -> Result<idtoken::IDTokenCredentials, BackendError> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ids.get(audience) {
            return Ok(known.clone());
        }
        let made = idtoken::Builder::new(audience).build().map_err(|error| unavailable(&chain(&error)))?;
        ids.insert(audience.to_owned(), made.clone());
        Ok(made)
    }
}

#[async_trait]
impl TokenSource for GoogleTokens {
    async fn access_token(&self) -> Result<SecretText, BackendError> {
        let token = self.access.access_token().await.map_err(|error| refused(&error))?;
        Ok(SecretText::new(token.token))
    }

    async fn id_token(&self, audience: &str) -> Result<SecretText, BackendError> {
        let token = self.id_credentials(audience)?.id_token().await.map_err(|error| refused(&error))?;
        Ok(SecretText::new(token))
    }
}

impl fmt::Debug for GoogleTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GoogleTokens")
    }
}

fn unavailable(reason: &str) -> BackendError {
    BackendError::Unavailable { backend: NAME.to_owned(), reason: format!("no credentials: {reason}") }
}

fn refused(error: &CredentialsError) -> BackendError {
    let (backend, reason) = (NAME.to_owned(), chain(error));
    match error.is_transient() {
        true => BackendError::Passing { backend, reason, retry_after: None },
        false => BackendError::Refused { backend, reason },
    }
}
