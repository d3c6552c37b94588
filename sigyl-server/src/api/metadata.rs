//! What clients of OAuth look for where they are refused: RFC 9728.

use axum::{Json, extract::State, routing::get};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    accounts::Scope,
    app::App,
    http::{Endpoint, schema},
};

/// Tells how this server is asked.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_protected_resource",
    path: "/.well-known/oauth-protected-resource",
    aliases: &["/.well-known/oauth-protected-resource/v0.1", "/.well-known/oauth-protected-resource/v0"],
    is_cors: true,
    summary: "How a credential is shown to this server, as RFC 9728 has it.",
    response: Some(schema::<ProtectedResource>),
    handler: || get(tell),
    ..Endpoint::PLAIN
};

/// The server as a protected resource. It names no authorization server: keys are made here, by people who are logged in.
#[derive(Debug, Serialize, JsonSchema)]
struct ProtectedResource {
    resource: String,
    resource_name: &'static str,
    resource_documentation: String,
    bearer_methods_supported: [&'static str; 1],
    scopes_supported: Vec<&'static str>,
}

async fn tell(State(app): State<App>) -> Json<ProtectedResource> {
    let base = app.config.base();
    Json(ProtectedResource {
        resource_documentation: format!("{base}/docs"),
        resource: base,
        resource_name: "Sigyl",
        bearer_methods_supported: ["header"],
        scopes_supported: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
    })
}
