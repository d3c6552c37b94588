//! The audit log, as pages or as JSON lines.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Entry, list as entries},
    http::{Access, ApiError, Endpoint, Page, QueryOf, Tenant, limit, schema},
};

/// Entries in an answer of JSON lines, at most: what a request may take in memory.
const LINES_MAX: i64 = 10_000;

/// A workspace's log.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_audit",
    path: "/api/v1/workspaces/{workspace}/audit",
    summary: "The audit log of a workspace, oldest first.",
    access: Access::Member(Role::Admin, Scope::Admin),
    query: Some(schema::<AuditQuery>),
    response: Some(schema::<Page<Entry>>),
    texts: &["application/jsonl"],
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// The instance's log.
pub(super) static LIST_INSTANCE: Endpoint = Endpoint {
    id: "list_instance_audit",
    path: "/api/v1/audit",
    summary: "The audit log of what concerns no workspace: users, logins, the server itself.",
    access: Access::Operator,
    query: Some(schema::<AuditQuery>),
    response: Some(schema::<Page<Entry>>),
    texts: &["application/jsonl"],
    handler: || get(list_instance),
    ..Endpoint::PLAIN
};

/// Which part of the log.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Entries on the page.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// What the page before gave as `next_cursor`.
    cursor: Option<String>,
    /// Only entries after this number.
    #[schemars(range(min = 0))]
    after: Option<i64>,
    /// `jsonl` for up to 10,000 entries, one JSON object a line.
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    Json,
    Jsonl,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Response, ApiError> {
    answer(&app, Chain::Workspace(&tenant.id), &query, LIST.id).await
}

async fn list_instance(
    State(app): State<App>,
    QueryOf(query): QueryOf<AuditQuery>,
) -> Result<Response, ApiError> {
    answer(&app, Chain::Instance, &query, LIST_INSTANCE.id).await
}

async fn answer(
    app: &App,
    chain: Chain<'_>,
    query: &AuditQuery,
    of: &'static str,
) -> Result<Response, ApiError> {
    let limit = limit(query.limit)?;
    let after: i64 = match (&query.cursor, query.after) {
        (Some(cursor), _) => app.cursors.read(of, cursor)?,
        (None, after) => after.unwrap_or(0),
    };
    let mut connection = app.db.connection().await?;
    if query.format == Some(Format::Jsonl) {
        let found = entries(&mut connection, chain.name(), after, LINES_MAX).await?;
        let mut text = String::new();
        for entry in found {
            text.push_str(&serde_json::to_string(&entry).map_err(|error| ApiError::internal(&error))?);
            text.push('\n');
        }
        return Ok(([(header::CONTENT_TYPE, "application/jsonl")], text).into_response());
    }
    let found = entries(&mut connection, chain.name(), after, i64::from(limit) + 1).await?;
    let page = Page::of(found, limit, |entry| app.cursors.write(of, &entry.number))?;
    Ok(Json(page).into_response())
}
