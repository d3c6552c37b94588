//! Bodies and queries, read strictly, and what answers look like.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::ApiError;
use crate::http::Code;

/// A body of JSON.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("").to_owned();
        refuse_other_than_json(&kind)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(Code::TooLarge, "the body is too long"),
                _ => ApiError::invalid("the body could not be read"),
            }
        })?;
        json_of(&kind, &bytes).map(Self)
    }
}

/// A form or plain text, which a page of another origin may send without asking, is never taken for JSON.
fn refuse_other_than_json(kind: &str) -> Result<(), ApiError> {
    let essence = kind.split(';').next().unwrap_or("").trim();
    match essence.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(ApiError::new(Code::UnsupportedMediaType, "send application/json")),
    }
}

/// A body that was said to be of a kind, as JSON.
pub(crate) fn json_of<T: DeserializeOwned>(kind: &str, bytes: &[u8]) -> Result<T, ApiError> {
    refuse_other_than_json(kind)?;
    refuse_nul(bytes)?;
    serde_json::from_slice(bytes)
        .map_err(|error| ApiError::invalid(format!("the body is not as expected: {error}")))
}

/// PostgreSQL keeps no NUL in a text, so that none comes in, on either database.
fn refuse_nul(bytes: &[u8]) -> Result<(), ApiError> {
    let escaped = bytes.windows(6).any(|it| it == b"\\u0000");
    if escaped || bytes.contains(&0) {
        return Err(ApiError::invalid("the body has the character U+0000"));
    }
    Ok(())
}

/// The query's parameters.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(ApiError::invalid("the query has the character U+0000"));
        }
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|error| {
            ApiError::invalid(format!("the query is not as expected: {}", error.body_text()))
        })
    }
}

/// 201 and what was made.
pub(crate) struct Created<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// Fewest and most items of a page, and what it is when nobody says.
const PAGE_DEFAULT: u32 = 30;
const PAGE_MAX: u32 = 100;

/// Which page of a list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// Items on the page.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// What the page before gave as `next_cursor`.
    #[schemars(extend("pattern" = super::pattern::CURSOR))]
    pub(crate) cursor: Option<String>,
}

impl PageQuery {
    /// Items on the page.
    ///
    /// # Errors
    /// When they are none, or too many.
    pub(crate) fn limit(&self) -> Result<u32, ApiError> {
        limit(self.limit)
    }
}

/// Checks the number of items on a page.
pub(crate) fn limit(limit: Option<u32>) -> Result<u32, ApiError> {
    match limit.unwrap_or(PAGE_DEFAULT) {
        limit @ 1..=PAGE_MAX => Ok(limit),
        _ => Err(ApiError::invalid(format!("limit is from 1 to {PAGE_MAX}"))),
    }
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// From one item more than the page holds, if there are as many.
    pub(crate) fn of(
        mut items: Vec<T>,
        limit: u32,
        cursor: impl Fn(&T) -> Result<String, ApiError>,
    ) -> Result<Self, ApiError> {
        let limit = limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(cursor).transpose()? } else { None };
        Ok(Self { items, next_cursor })
    }
}
