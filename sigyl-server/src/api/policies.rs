//! What clients may start, from what the registry knows.

use axum::{Json, extract::State, routing::get as gets};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    accounts::{Role, Scope},
    app::App,
    http::{Access, ApiError, Endpoint, QueryOf, Tenant, schema},
    registry::{self, Order, Place, PolicyFormat, Reader, Wanted},
};

/// Servers that a policy is made from, at most. Chosen: clients read the whole of it at each start.
const SERVERS_MAX: usize = 5_000;

/// Servers that are read at a time.
const PAGE: i64 = 100;

/// Exports.
pub(super) static GET: Endpoint = Endpoint {
    id: "export_policy",
    path: "/api/v1/registry/policy",
    summary: "Managed settings of clients that allow the servers which the workspace sees and a scan found safe, and deny what it blocked.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PolicyQuery>),
    response: Some(schema::<Value>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// Which settings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyQuery {
    /// Whose settings.
    #[serde(default)]
    format: PolicyFormat,
    /// Whether servers that nobody scanned are allowed, too.
    #[serde(default)]
    unscanned: bool,
}

async fn get(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(query): QueryOf<PolicyQuery>,
) -> Result<Json<Value>, ApiError> {
    // A policy is handed on, so that what is private is not in it.
    let reader = Reader::everybody(&tenant.id);
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    let (mut place, mut count) = (Place::START, 0);
    // One state of the registry, whatever is published meanwhile.
    let mut connection = app.db.snapshot().await?;
    loop {
        let wanted = Wanted::default();
        let page = registry::listed(&mut connection, &reader, &wanted, Order::New, &place, PAGE).await?;
        let Some(last) = page.last() else { break };
        place = last.place().clone();
        count += page.len();
        if count > SERVERS_MAX {
            return Err(ApiError::conflict("there are more than 5,000 servers, too many for a policy"));
        }
        for listing in &page {
            let row = registry::version(&mut connection, &reader, &listing.name, "latest", false).await?;
            let Some(row) = row else { continue };
            let document = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
            match listing.verdict.as_str() {
                "safe" | "warning" => allowed.extend(registry::rules(&document)),
                "unscanned" if query.unscanned => allowed.extend(registry::rules(&document)),
                "blocked" => denied.extend(registry::rules(&document)),
                _ => {}
            }
        }
    }
    Ok(Json(registry::policy(query.format, allowed, denied)))
}
