//! Who Sigyl is to Google Cloud.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use google_cloud_auth::{
    build_errors::Error as BuilderError,
    credentials::{
        AccessTokenCredentials, Builder, external_account, idtoken, impersonated, service_account,
        user_account,
    },
    errors::CredentialsError,
};
use serde_json::Value;
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
    /// What was given instead of what Google's own tools would find.
    given: Option<SecretText>,
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
        Ok(Self { access, given: None, ids: Mutex::default() })
    }

    /// Takes credentials as they stand in a file: of a service account, an impersonated one, a user, a federation. The last
    /// cannot show who calls a private service.
    ///
    /// # Errors
    /// When it is no such text.
    pub fn given(text: SecretText) -> Result<Self, BackendError> {
        let json = read(&text)?;
        let kind = json.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let access = match kind.as_str() {
            "authorized_user" => {
                user_account::Builder::new(json).with_scopes([SCOPE]).build_access_token_credentials()
            }
            "service_account" => {
                let scopes = service_account::AccessSpecifier::from_scopes([SCOPE]);
                service_account::Builder::new(json)
                    .with_access_specifier(scopes)
                    .build_access_token_credentials()
            }
            "impersonated_service_account" => {
                impersonated::Builder::new(json).with_scopes([SCOPE]).build_access_token_credentials()
            }
            "external_account" => {
                external_account::Builder::new(json).with_scopes([SCOPE]).build_access_token_credentials()
            }
            _ => return Err(unavailable("the file has none of a kind that can be used")),
        };
        let access = access.map_err(|error| of_file(&error))?;
        Ok(Self { access, given: Some(text), ids: Mutex::default() })
    }

    fn id_credentials(&self, audience: &str) -> Result<idtoken::IDTokenCredentials, BackendError> {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ids.get(audience) {
            return Ok(known.clone());
        }
        let made = match &self.given {
            None => idtoken::Builder::new(audience).build().map_err(|error| unavailable(&chain(&error)))?,
            Some(text) => given_ids(audience, read(text)?)?,
        };
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

fn read(text: &SecretText) -> Result<Value, BackendError> {
    // What the reader says of a mistake could show what stands there.
    serde_json::from_str(text.reveal()).map_err(|_| unavailable("the file is not JSON"))
}

fn given_ids(audience: &str, json: Value) -> Result<idtoken::IDTokenCredentials, BackendError> {
    let built = match json.get("type").and_then(Value::as_str).unwrap_or_default() {
        // Google lets nobody choose the audience of a user's token; Cloud Run takes it as it is.
        "authorized_user" => idtoken::user_account::Builder::new(json).build(),
        "service_account" => idtoken::service_account::Builder::new(audience, json).build(),
        "impersonated_service_account" => idtoken::impersonated::Builder::new(audience, json).build(),
        _ => {
            return Err(unavailable(
                "these can show nobody's identity to a private service; take an impersonated account",
            ));
        }
    };
    built.map_err(|error| of_file(&error))
}

/// What is wrong with a file, without what stands in it.
fn of_file(error: &BuilderError) -> BackendError {
    let field = if error.is_missing_field() { "a field is missing" } else { "a field has a wrong value" };
    unavailable(&format!("{field} in the file"))
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
