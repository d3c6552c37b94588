//! The source of a version, and what its scan says.

use std::collections::HashMap;

use axum::{
    Json,
    body::{Body as Stream, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use serde_json::json;

use super::registry::reader;
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Code, Endpoint, Method, Principal, Tenant, schema},
    registry,
    scans::{self, ScanState},
};

/// What archives are called.
pub(super) const KINDS: &[&str] =
    &["application/gzip", "application/x-gzip", "application/x-tar", "application/zip"];

/// Uploads the source.
pub(super) static UPLOAD: Endpoint = Endpoint {
    id: "upload_source",
    method: Method::Put,
    path: "/api/v1/packages/{name}/versions/{version}/source",
    summary: "Upload the source of a version, as a tar, gzipped tar or zip. It is scanned; the version is shown unless it is blocked.",
    access: Access::Member(Role::Developer, Scope::Publish),
    upload: KINDS,
    status: 202,
    response: Some(schema::<ScanState>),
    handler: || put(upload),
    ..Endpoint::PLAIN
};

/// Tells what the scan says.
pub(super) static SCAN: Endpoint = Endpoint {
    id: "get_scan",
    path: "/api/v1/packages/{name}/versions/{version}/scan",
    summary: "How far the scan of a version's source is, and its report.",
    response: Some(schema::<ScanState>),
    handler: || get(scan),
    ..Endpoint::PLAIN
};

fn named(path: &HashMap<String, String>) -> (&str, &str) {
    let part = |key: &str| path.get(key).map_or("", String::as_str);
    (part("name"), part("version"))
}

async fn upload(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    headers: HeaderMap,
    body: Stream,
) -> Result<Response, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if !KINDS.contains(&kind) {
        return Err(ApiError::new(Code::UnsupportedMediaType, format!("send one of {}", KINDS.join(", "))));
    }
    let limit = app.config.source_limit_bytes;
    let archive = to_bytes(body, limit).await.map_err(|_| {
        let told = format!("the source is longer than {limit} bytes (`source_limit`), or did not arrive");
        ApiError::new(Code::TooLarge, told)
    })?;
    let (name, version) = named(&path);
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let missing = || ApiError::not_found("version");
    registry::server_of(&mut transaction, &tenant, name, now).await?.ok_or_else(missing)?;
    let own = registry::Reader::of(&tenant);
    let row = registry::version(&mut transaction, &own, name, version, false).await?;
    row.filter(|row| row.version == version).ok_or_else(missing)?;
    let at = (name, version);
    scans::enqueue(&mut transaction, &tenant, at, &archive, &principal.user, now).await?;
    let object = format!("{name}@{version}");
    let event = Event::done("server.upload", "server", &object).with(json!({ "size_bytes": archive.len() }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    let state = scans::state(&mut transaction, name, version).await?.ok_or_else(missing)?;
    transaction.commit().await?;
    app.queued.notify_one();
    Ok((StatusCode::ACCEPTED, Json(state)).into_response())
}

async fn scan(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<ScanState>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let (name, version) = named(&path);
    let mut connection = app.db.connection().await?;
    let missing = || ApiError::not_found("scan");
    let row = registry::version(&mut connection, &reader, name, version, false).await?.ok_or_else(missing)?;
    scans::state(&mut connection, &row.name, &row.version).await?.map(Json).ok_or_else(missing)
}
