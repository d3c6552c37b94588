//! What the registry answers, in the official shape.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Row;
use crate::{accounts::UnknownName, clock::Timestamp, http::ApiError};

/// How a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// In use.
    Active,
    /// Still there, but another one should be used.
    Deprecated,
    /// Not to be used; hidden from lists unless they ask for it.
    Deleted,
}

impl Status {
    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Deleted => "deleted",
        }
    }
}

impl TryFrom<String> for Status {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        [Self::Active, Self::Deprecated, Self::Deleted]
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or(UnknownName)
    }
}

/// What the registry says of a version.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Official {
    status: Status,
    status_changed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<String>,
    published_at: Timestamp,
    updated_at: Timestamp,
    is_latest: bool,
}

/// What registries say of a version.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Meta {
    #[serde(rename = "io.modelcontextprotocol.registry/official")]
    official: Official,
    /// Receipts of scans.
    #[serde(
        rename = "io.modelcontextprotocol.registry/security-scan",
        skip_serializing_if = "Option::is_none"
    )]
    scans: Option<Vec<Value>>,
}

/// A version of a server.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServerResponse {
    /// The document, as it was published.
    server: Value,
    #[serde(rename = "_meta")]
    meta: Meta,
}

impl ServerResponse {
    /// From a row, whose document was checked when it came.
    pub(crate) fn of(row: Row) -> Result<Self, ApiError> {
        let server = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
        let official = Official {
            status: row.status,
            status_changed_at: row.status_changed_at,
            status_message: row.status_message,
            published_at: row.published_at,
            updated_at: row.updated_at,
            is_latest: row.is_latest,
        };
        let receipt = row.receipt.map(|text| serde_json::from_str(&text)).transpose();
        let receipt: Option<Value> = receipt.map_err(|error| ApiError::internal(&error))?;
        Ok(Self { server, meta: Meta { official, scans: receipt.map(|receipt| vec![receipt]) } })
    }
}

/// About a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    /// Servers in this answer.
    pub(crate) count: usize,
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_cursor: Option<String>,
}

/// A list of versions.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServerList {
    pub(crate) servers: Vec<ServerResponse>,
    pub(crate) metadata: Metadata,
}

/// What was changed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    /// How many versions.
    pub(crate) updated_count: usize,
    pub(crate) servers: Vec<ServerResponse>,
}
