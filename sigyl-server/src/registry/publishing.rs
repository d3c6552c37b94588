//! Publishing: the document, its place, the audit log, in one transaction.

use serde_json::{Value, json};

use super::{
    Reader, ServerResponse, Visibility, check,
    servers::{server_of, set_visibility},
    store::publish,
    versions::{Row, version},
};
use crate::{
    app::App,
    audit::{Caller, Chain, Event, record},
    config::Unscanned,
    http::{ApiError, Tenant},
    id::UserId,
};

/// Who publishes.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    /// None where that is somebody without an account.
    pub(crate) user: Option<&'a UserId>,
    pub(crate) caller: &'a Caller,
}

impl<'a> By<'a> {
    /// What is kept of it.
    fn id(self) -> &'a str {
        self.user.map_or(&self.caller.actor.id, UserId::as_str)
    }
}

/// The version that the workspace published with this very document before; none where it did not, where the document is
/// none, or where somebody else is to see the server now.
pub(crate) async fn published_before(
    app: &App,
    tenant: &Tenant,
    value: &Value,
    visibility: Option<Visibility>,
) -> Result<Option<ServerResponse>, ApiError> {
    let Some(document) = check(value).0 else { return Ok(None) };
    let mut transaction = app.db.begin().await?;
    let server = server_of(&mut transaction, tenant, &document.name, app.clock.now()).await?;
    if server.is_none_or(|server| visibility.is_some_and(|visibility| visibility != server.visibility)) {
        return Ok(None);
    }
    let row =
        version(&mut transaction, &Reader::of(tenant), &document.name, &document.version, false).await?;
    let is_same = |row: &Row| {
        row.version == document.version
            && serde_json::from_str::<Value>(&row.document).is_ok_and(|before| before == document.json)
    };
    row.filter(is_same).map(ServerResponse::of).transpose()
}

/// Publishes a document for a workspace, and says who sees the server where that is said.
pub(crate) async fn publish_as(
    app: &App,
    tenant: &Tenant,
    value: &Value,
    visibility: Option<Visibility>,
    by: By<'_>,
) -> Result<ServerResponse, ApiError> {
    let (document, found) = check(value);
    let document = document.ok_or_else(|| ApiError::invalid(found.told()))?;
    let now = app.clock.now();
    let shown = app.config.unscanned == Unscanned::Show;
    let mut transaction = app.db.begin().await?;
    publish(&mut transaction, tenant, &document, by.id(), shown, now).await?;
    if let Some(visibility) = visibility {
        let server = server_of(&mut transaction, tenant, &document.name, now).await?;
        let server = server.ok_or_else(|| ApiError::not_found("server"))?;
        if server.visibility != visibility {
            set_visibility(&mut transaction, tenant, &server, visibility, now).await?;
        }
    }
    let object = format!("{}@{}", document.name, document.version);
    let event = Event::done("server.publish", "server", &object).with(json!({ "visibility": visibility }));
    record(&mut transaction, Chain::Workspace(&tenant.id), by.caller, now, event).await?;
    let reader = Reader::of(tenant);
    let row = version(&mut transaction, &reader, &document.name, &document.version, false).await?;
    let row = row.ok_or_else(|| ApiError::not_found("server"))?;
    transaction.commit().await?;
    ServerResponse::of(row)
}
