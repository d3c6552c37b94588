//! Scans that publish nothing.

use axum::{
    Json,
    body::{Body as Stream, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get as gets, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use sigyl_scan::Listing;

use super::sources::KINDS;
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    http::{
        Access, ApiError, Code, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant, json_of,
        schema,
    },
    id::ScanJobId,
    scans::{self, JobKind, ScanJob},
};

/// Queues one.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_scan",
    method: Method::Post,
    path: "/api/v1/scans",
    aliases: &["/api/v1/scan"],
    summary: "Scan an archive of source, a package or repository by its reference, or a list of tools, without publishing anything.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<Wanted>),
    upload: KINDS,
    status: 202,
    response: Some(schema::<ScanJob>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_scans",
    path: "/api/v1/scans",
    summary: "The workspace's scans that published nothing, latest first; they are kept for a week.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<ScanJob>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// One.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_scan_job",
    path: "/api/v1/scans/{id}",
    summary: "How far a scan is, and its report.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<ScanJob>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// What to scan: one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["reference"] }, { "required": ["tools"] }]))]
struct Wanted {
    /// `npm:NAME@VERSION`, `pypi:NAME==VERSION`, or an https Git URL.
    #[schemars(extend("type" = "string", "pattern" = crate::http::pattern::REFERENCE))]
    reference: Option<String>,
    /// What a server lists: the answer to `tools/list`, or a list of tools.
    #[schemars(extend("type" = ["object", "array"], "items" = { "type": "object", "required": ["name"] }))]
    tools: Option<Value>,
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    headers: HeaderMap,
    body: Stream,
) -> Result<Response, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let is_archive = KINDS.contains(&kind);
    let most = if is_archive { app.config.source_limit_bytes } else { app.config.body_limit_bytes };
    let bytes = to_bytes(body, most).await;
    let bytes =
        bytes.map_err(|_| ApiError::new(Code::TooLarge, "the body is too long, or did not arrive"))?;
    let (kind, reference, input) = if is_archive {
        (JobKind::Archive, String::new(), bytes.to_vec())
    } else {
        let wanted: Wanted = json_of(kind, &bytes)?;
        match (wanted.reference, wanted.tools) {
            (Some(reference), None) => {
                let known = scans::remote_reference(&reference);
                known.map_err(|why| ApiError::invalid(format!("reference: {why}")))?;
                (JobKind::Reference, reference, Vec::new())
            }
            (None, Some(tools)) => {
                let listing = Listing::from_json(tools.clone());
                listing.map_err(|error| ApiError::invalid(format!("tools: {error}")))?;
                (JobKind::Tools, String::new(), tools.to_string().into_bytes())
            }
            _ => return Err(ApiError::invalid("give a reference, or tools, or send an archive")),
        }
    };
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let what = (kind, reference.as_str(), input.as_slice());
    let job = scans::enqueue_job(&mut transaction, &tenant, &principal.user, what, now).await?;
    let event = Event::done("scan.create", "scan", job.id.as_str())
        .with(json!({ "kind": kind, "reference": reference }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    app.queued.notify_one();
    Ok((StatusCode::ACCEPTED, Json(job)).into_response())
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<ScanJob>>, ApiError> {
    let limit = page.limit()?;
    let before: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = scans::jobs(&mut connection, &tenant, &before, i64::from(limit) + 1).await?;
    Page::of(items, limit, |job| app.cursors.write(LIST.id, &job.id)).map(Json)
}

async fn get(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<ScanJob>, ApiError> {
    let missing = || ApiError::not_found("scan");
    let id = ScanJobId::parse(&id).ok_or_else(missing)?;
    let mut connection = app.db.connection().await?;
    scans::job(&mut connection, &tenant, &id).await?.map(Json).ok_or_else(missing)
}
