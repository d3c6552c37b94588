//! What clients have to be told to use a server of the registry.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    routing::get,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::registry::reader;
use crate::{
    app::App,
    http::{ApiError, Endpoint, Principal, QueryOf, schema},
    registry::{self, ClientSetup, Way},
};

/// Tells.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_client_setup",
    path: "/api/v1/packages/{name}/versions/{version}/clients",
    summary: "What each client has to be told to use a version, or `latest`: the entry of its file, links, commands.",
    query: Some(schema::<SetupQuery>),
    response: Some(schema::<ClientSetup>),
    handler: || get(setup),
    ..Endpoint::PLAIN
};

/// Which way is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetupQuery {
    /// Only a package that the client starts, or only a server that runs elsewhere; a package first where nothing is said.
    way: Option<Way>,
}

async fn setup(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(query): QueryOf<SetupQuery>,
) -> Result<Json<ClientSetup>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let part = |key: &str| path.get(key).map_or("", String::as_str);
    let mut connection = app.db.connection().await?;
    let row = registry::version(&mut connection, &reader, part("name"), part("version"), false).await?;
    let row = row.ok_or_else(|| ApiError::not_found("version"))?;
    let document: Value = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
    Ok(Json(registry::client_setup(&row.name, &row.version, &document, query.way)))
}
