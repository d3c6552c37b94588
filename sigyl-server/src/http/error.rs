//! The one body of every error.
//!
//! `error` is what the registry's generic specification wants, `title`, `status` and `detail` what the official registry
//! sends; `code` is what programs should look at, and never changes its meaning.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::secret::SecretError;

use crate::db::DbError;

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Code {
    /// The request cannot be understood, or a value of it is wrong.
    Invalid,
    /// A parameter of the query is out of its range, where the registry's specification says 422.
    Unprocessable,
    /// Nobody is logged in, or the key is not known.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// There is, but not with this method.
    MethodNotAllowed,
    /// It contradicts what is there.
    Conflict,
    /// The body is longer than allowed.
    TooLarge,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The request is for another host.
    Misdirected,
    /// Too many requests; wait.
    TooManyRequests,
    /// The server failed; the log has the reason.
    Internal,
    /// The server cannot answer now, but may soon.
    Unavailable,
    /// It took too long.
    Timeout,
    /// What it runs on does not offer this.
    NotOffered,
}

impl Code {
    /// The status that goes with it.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::NotOffered => StatusCode::CONFLICT,
        }
    }

    /// The code for a status that did not come from us.
    fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyRequests,
            status if status.is_client_error() => Self::Invalid,
            _ => Self::Internal,
        }
    }
}

/// An error on its way to a caller. The message is shown, so nothing of ours or of others is in it.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    code: Code,
    message: String,
    retry_after_s: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_s: None }
    }

    /// What a caller is told.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Whether it is the server's own fault.
    pub(crate) fn is_internal(&self) -> bool {
        self.code.status().is_server_error()
    }

    /// Whether somebody was not believed, or may not.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.code, Code::Unauthenticated | Code::Forbidden)
    }

    /// A value that cannot be used; the message says which and why.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message)
    }

    /// What is not there, or what the caller may not know of.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("no such {what}"))
    }

    /// What the caller knows of but may not do.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Code::Forbidden, message)
    }

    /// What contradicts what is there.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(Code::Conflict, message)
    }

    pub(crate) fn too_many_requests(retry_after_s: u64) -> Self {
        let message = format!("too many requests; try again in {retry_after_s} s");
        Self { retry_after_s: Some(retry_after_s), ..Self::new(Code::TooManyRequests, message) }
    }

    /// A failure of ours. The reason goes to the log, never to the caller.
    pub(crate) fn internal(reason: &(dyn std::error::Error + 'static)) -> Self {
        let mut told = reason.to_string();
        let mut cause = reason.source();
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        tracing::error!(reason = told, "request failed");
        Self::new(Code::Internal, "the server failed; its log has the reason under the request id")
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        Self::internal(&error)
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    /// Only the status and the error itself: [`render`] writes the body, since it knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::Unauthenticated {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The body of an error.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong, for people.
    error: String,
    /// What went wrong, for programs; never changes its meaning.
    code: Code,
    /// The name of the status.
    title: String,
    /// The status.
    status: u16,
    /// The same as `error`.
    detail: String,
    /// Under which the server's log has more.
    request_id: String,
}

/// Gives every error its body, whoever made it: a handler, the router, an extractor.
pub(crate) fn render(response: Response, request_id: &str) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let error = parts.extensions.remove::<ApiError>().unwrap_or_else(|| {
        let code = Code::of(status);
        ApiError::new(code, status.canonical_reason().unwrap_or("error").to_lowercase())
    });
    let status = error.code.status();
    let body = ErrorBody {
        error: error.message.clone(),
        code: error.code,
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: error.message,
        request_id: request_id.to_owned(),
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    parts.status = status;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, bytes.into())
}
