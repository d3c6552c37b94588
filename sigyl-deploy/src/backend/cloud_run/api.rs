//! Google's interfaces, one call at a time.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::Value;
use sigyl_core::secret::SecretText;

use super::{NAME, TokenSource};
use crate::backend::{
    BackendError,
    hidden::short,
    pace::Pace,
    rest::{Again, Body, Call, Rest, RestError},
};

/// How many looks an operation may take, at two seconds each a quarter of an hour. Chosen.
pub(super) const LOOKS: u32 = 450;

/// The most pages of a list that are read. Chosen.
const PAGES: usize = 50;

/// Addresses of the interfaces, without a path. Regional ones and those of tests differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Cloud Run.
    pub run: String,
    /// Secret Manager.
    pub secrets: String,
    /// Cloud Logging.
    pub logging: String,
    /// Identity and Access Management.
    pub iam: String,
    /// Cloud Build.
    pub build: String,
    /// Cloud Storage.
    pub storage: String,
    /// Cloud Run in its first version, at an address for each region, with `{region}` in its place.
    pub regional: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        let of = |name: &str| format!("https://{name}.googleapis.com");
        Self {
            run: of("run"),
            secrets: of("secretmanager"),
            logging: of("logging"),
            iam: of("iam"),
            build: of("cloudbuild"),
            storage: of("storage"),
            regional: of("{region}-run"),
        }
    }
}

pub(super) struct Api {
    rest: Rest,
    tokens: Arc<dyn TokenSource>,
    pub(super) endpoints: Endpoints,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

/// Why a call has no good answer, with Google's name of the reason.
#[derive(Debug)]
pub(super) enum ApiError {
    /// There is no such thing.
    Absent(String),
    /// It is there already.
    Present,
    /// Somebody changed it meanwhile.
    Conflict(String),
    /// It is in a state in which this cannot be done.
    Precondition(String),
    /// The rest.
    Other(BackendError),
}

impl From<ApiError> for BackendError {
    fn from(error: ApiError) -> Self {
        let backend = NAME.to_owned();
        match error {
            ApiError::Absent(what) => Self::Gone { what },
            ApiError::Present => Self::Failed { backend, reason: "it is there already".to_owned() },
            ApiError::Conflict(reason) => Self::Passing { backend, reason, retry_after: None },
            ApiError::Precondition(reason) => Self::Failed { backend, reason },
            ApiError::Other(error) => error,
        }
    }
}

impl From<BackendError> for ApiError {
    fn from(error: BackendError) -> Self {
        Self::Other(error)
    }
}

impl Api {
    pub(super) fn new(
        endpoints: Endpoints,
        tokens: Arc<dyn TokenSource>,
        pace: Pace,
    ) -> Result<Self, BackendError> {
        Ok(Self { rest: Rest::new(NAME, pace)?, tokens, endpoints })
    }

    pub(super) fn poll(&self) -> Duration {
        self.rest.poll()
    }

    pub(super) async fn id_token(&self, audience: &str) -> Result<SecretText, BackendError> {
        self.tokens.id_token(audience).await
    }

    pub(super) async fn get(&self, url: &str, query: &[(&str, &str)]) -> Result<Value, ApiError> {
        self.call(Method::GET, url, query, None, Again::Safe, &[]).await
    }

    pub(super) async fn delete(&self, url: &str) -> Result<Value, ApiError> {
        self.call(Method::DELETE, url, &[], None, Again::Safe, &[]).await
    }

    pub(super) async fn call(
        &self,
        method: Method,
        url: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
        again: Again,
        hidden: &[SecretText],
    ) -> Result<Value, ApiError> {
        self.send(method, url, query, body.map(Body::Json), again, hidden).await
    }

    /// Puts bytes of a kind somewhere.
    pub(super) async fn upload(
        &self,
        url: &str,
        query: &[(&str, &str)],
        (kind, bytes): (&'static str, Vec<u8>),
    ) -> Result<Value, ApiError> {
        let body = Body::Bytes { kind, bytes: &bytes };
        self.send(Method::POST, url, query, Some(body), Again::Safe, &[]).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        query: &[(&str, &str)],
        body: Option<Body<'_>>,
        again: Again,
        hidden: &[SecretText],
    ) -> Result<Value, ApiError> {
        let token = self.tokens.access_token().await?;
        let credential = ("authorization", SecretText::new(format!("Bearer {}", token.reveal())));
        let call = Call { method, url, query, credentials: &[credential], body, again, hidden };
        self.rest.call(&call).await.map_err(error)
    }

    /// All things of a list that comes in pages.
    pub(super) async fn list(
        &self,
        url: &str,
        query: &[(&str, &str)],
        field: &str,
    ) -> Result<Vec<Value>, BackendError> {
        let mut all = Vec::new();
        let mut page = String::new();
        for _ in 0..PAGES {
            let mut query = query.to_vec();
            if !page.is_empty() {
                query.push(("pageToken", &page));
            }
            let mut answer = self.get(url, &query).await?;
            if let Some(Value::Array(found)) = answer.get_mut(field).map(Value::take) {
                all.extend(found);
            }
            match answer.get("nextPageToken").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => page = next.to_owned(),
                _ => return Ok(all),
            }
        }
        Err(BackendError::Failed {
            backend: NAME.to_owned(),
            reason: format!("the list of {field} is longer than {PAGES} pages"),
        })
    }

    /// Waits for an operation that goes on. `Err` of the inner result is what it failed with.
    pub(super) async fn finish(&self, mut operation: Value) -> Result<Result<(), String>, BackendError> {
        for _ in 0..LOOKS {
            if let Some(error) = operation.get("error") {
                let message = error.get("message").and_then(Value::as_str).unwrap_or("it gave no reason");
                return Ok(Err(short(message)));
            }
            if operation.get("done") == Some(&Value::Bool(true)) {
                return Ok(Ok(()));
            }
            let name = operation.get("name").and_then(Value::as_str).unwrap_or_default();
            if !is_path(name) {
                return Err(BackendError::Failed {
                    backend: NAME.to_owned(),
                    reason: "the operation has no name".to_owned(),
                });
            }
            tokio::time::sleep(self.poll()).await;
            operation = self.get(&format!("{}/v2/{name}", self.endpoints.run), &[]).await?;
        }
        Err(BackendError::Passing {
            backend: NAME.to_owned(),
            reason: "an operation does not end".to_owned(),
            retry_after: None,
        })
    }
}

/// Whether a name that a service gave may become part of an address.
pub(super) fn is_path(name: &str) -> bool {
    let is_segment = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:@".contains(&byte))
    };
    name.split('/').all(is_segment)
}

fn error(error: RestError) -> ApiError {
    if let RestError::Answered { status, reason, body } = &error {
        let word = body.pointer("/error/status").and_then(Value::as_str).unwrap_or_default();
        match (status, word) {
            (404, _) => return ApiError::Absent(reason.clone()),
            (409, "ALREADY_EXISTS") => return ApiError::Present,
            (409 | 412, _) => return ApiError::Conflict(reason.clone()),
            (400, "FAILED_PRECONDITION") => return ApiError::Precondition(reason.clone()),
            (501, _) | (_, "UNIMPLEMENTED") => {
                let (backend, what) = (NAME.to_owned(), format!("do this here: {reason}"));
                return ApiError::Other(BackendError::Unsupported { backend, what });
            }
            (403, _) if is_disabled(body) => {
                let (backend, reason) = (NAME.to_owned(), reason.clone());
                return ApiError::Other(BackendError::Unavailable { backend, reason });
            }
            _ => {}
        }
    }
    ApiError::Other(error.into_backend(NAME))
}

/// Whether an interface was never switched on in the project.
fn is_disabled(body: &Value) -> bool {
    let details = body.pointer("/error/details").and_then(Value::as_array);
    details.is_some_and(|details| {
        details.iter().any(|detail| detail.get("reason").and_then(Value::as_str) == Some("SERVICE_DISABLED"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_say_who_must_act() {
        let of = |status, word: &str, details: Value| {
            let body = json!({ "error": { "status": word, "details": details } });
            BackendError::from(error(RestError::Answered { status, reason: "x".to_owned(), body })).code()
        };
        assert_eq!(of(404, "NOT_FOUND", json!([])), "gone");
        assert_eq!(of(409, "ABORTED", json!([])), "backend-passing");
        assert_eq!(of(403, "PERMISSION_DENIED", json!([])), "backend-refused");
        assert_eq!(
            of(403, "PERMISSION_DENIED", json!([{ "reason": "SERVICE_DISABLED" }])),
            "backend-unavailable"
        );
        assert_eq!(of(400, "INVALID_ARGUMENT", json!([])), "backend-failed");
        assert_eq!(of(501, "UNIMPLEMENTED", json!([])), "unsupported");
    }

    #[test]
    fn only_plain_names_become_addresses() {
        assert!(is_path("projects/p/locations/europe-west1/operations/1a-b"));
        for name in ["", "a//b", "../x", "a/../b", "a?b", "a#b", "a%2Fb", "/a"] {
            assert!(!is_path(name), "{name}");
        }
    }
}
