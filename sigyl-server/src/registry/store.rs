//! What changes versions in the database: publishing, mending, how they stand, who sees them.

use super::{
    Document, Status, facts, listings,
    semver::later,
    servers::{Owned, server_of},
    versions::Row,
};
use crate::{
    clock::Timestamp,
    db::{Connection, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{ServerId, WorkspaceId},
};

/// Versions of a server at most, as in the official registry.
const VERSIONS_MAX: i64 = 10_000;

/// Publishes a version for the workspace. `by` is the id of a user, or what else is known of who publishes.
pub(crate) async fn publish(
    transaction: &mut Connection,
    tenant: &Tenant,
    document: &Document,
    by: &str,
    shown: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    claim_namespace(transaction, tenant, document.namespace(), now).await?;
    execute!(
        transaction,
        "INSERT INTO servers (id, workspace_id, name, visibility, created_at, updated_at)
         VALUES ($1, $2, $3, 'public', $4, $4) ON CONFLICT (name) DO NOTHING",
        ServerId::new(now)?,
        &tenant.id,
        &document.name,
        now
    )?;
    let server = server_of(transaction, tenant, &document.name, now).await?;
    let server = server.ok_or_else(|| ApiError::forbidden("this name belongs to somebody else"))?;
    let (count,): (i64,) =
        fetch_one!(transaction, "SELECT COUNT(*) FROM server_versions WHERE server_id = $1", &server.id)?;
    if count >= VERSIONS_MAX {
        return Err(ApiError::invalid("version: the server has 10,000 versions, which is the most"));
    }
    let retired: Option<(String,)> = fetch_optional!(
        transaction,
        "SELECT name FROM retired_versions WHERE name = $1 AND version = $2",
        &document.name,
        &document.version
    )?;
    if retired.is_some() {
        return Err(ApiError::invalid("version: this version was published before, and deleted"));
    }
    let inserted = execute!(
        transaction,
        "INSERT INTO server_versions (name, version, server_id, folded_name, document, status, status_changed_at,
                                      published_at, published_by, updated_at, is_latest, is_shown)
         VALUES ($1, $2, $3, $4, $5, 'active', $6, $6, $7, $6, $8, $9)
         ON CONFLICT (name, version) DO NOTHING",
        &document.name,
        &document.version,
        &server.id,
        document.name.to_lowercase(),
        document.json.to_string(),
        now,
        by,
        false,
        shown
    )?;
    if inserted == 0 {
        return Err(ApiError::invalid("version: invalid version: cannot publish duplicate version"));
    }
    let at = (document.name.as_str(), document.version.as_str());
    facts::put(transaction, at, &facts::known(&document.json, None), None).await?;
    choose_latest(transaction, &server.id).await
}

/// Puts another document in the place of a version's, which says the same of what runs.
pub(crate) async fn edit(
    transaction: &mut Connection,
    server: &Owned,
    document: &Document,
    now: Timestamp,
) -> Result<(), ApiError> {
    execute!(
        transaction,
        "UPDATE server_versions SET document = $3, updated_at = $4 WHERE server_id = $1 AND version = $2",
        &server.id,
        &document.version,
        document.json.to_string(),
        now
    )?;
    let report: Option<(Option<String>,)> = fetch_optional!(
        transaction,
        "SELECT report FROM scans WHERE name = $1 AND version = $2",
        &document.name,
        &document.version
    )?;
    let report = report.and_then(|row| row.0).map(|text| facts::read(&text)).transpose()?;
    let at = (document.name.as_str(), document.version.as_str());
    facts::put(transaction, at, &facts::known(&document.json, report.as_ref()), None).await?;
    listings::refresh(transaction, &server.id).await
}

/// A namespace belongs to the workspace that published below it first; one that is a workspace's slug, to that one.
async fn claim_namespace(
    transaction: &mut Connection,
    tenant: &Tenant,
    namespace: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let namespace = namespace.to_lowercase();
    let slug: Option<(WorkspaceId,)> =
        fetch_optional!(transaction, "SELECT id FROM workspaces WHERE slug = $1", &namespace)?;
    execute!(
        transaction,
        "INSERT INTO namespaces (namespace, workspace_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (namespace) DO NOTHING",
        &namespace,
        &tenant.id,
        now
    )?;
    let (owner,): (WorkspaceId,) =
        fetch_one!(transaction, "SELECT workspace_id FROM namespaces WHERE namespace = $1", &namespace)?;
    match owner == tenant.id && slug.is_none_or(|(slug,)| slug == tenant.id) {
        true => Ok(()),
        false => Err(ApiError::forbidden("you do not have permission to publish below this namespace")),
    }
}

/// Marks the latest version: of those that are shown and not deleted, else of those that are not deleted.
async fn choose_latest(transaction: &mut Connection, server: &ServerId) -> Result<(), ApiError> {
    let rows: Vec<(String, i64, bool, bool)> = fetch_all!(
        transaction,
        "SELECT version, published_at, is_shown, is_latest FROM server_versions
         WHERE server_id = $1 AND status <> 'deleted'",
        server
    )?;
    let any_shown = rows.iter().any(|row| row.2);
    let best = rows
        .iter()
        .filter(|row| row.2 || !any_shown)
        .max_by(|one, other| later((&one.0, one.1), (&other.0, other.1)))
        .map_or("", |row| row.0.as_str());
    execute!(
        transaction,
        "UPDATE server_versions SET is_latest = $3 WHERE server_id = $1 AND is_latest <> $3 AND version <> $2",
        server,
        best,
        false
    )?;
    execute!(
        transaction,
        "UPDATE server_versions SET is_latest = $3 WHERE server_id = $1 AND is_latest <> $3 AND version = $2",
        server,
        best,
        true
    )?;
    listings::refresh(transaction, server).await
}

/// Changes how versions stand: one, or all where none is named. Which were changed comes back, by version.
pub(crate) async fn change_status(
    transaction: &mut Connection,
    server: &Owned,
    version: Option<&str>,
    status: Status,
    message: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Row>, ApiError> {
    let changed: Vec<(String, String)> = fetch_all!(
        transaction,
        "UPDATE server_versions SET status = $3, status_message = $4, status_changed_at = $5, updated_at = $5
         WHERE server_id = $1 AND ($2 = '' OR version = $2)
               AND (status <> $3 OR COALESCE(status_message, '') <> COALESCE($4, ''))
         RETURNING name, version",
        &server.id,
        version.unwrap_or(""),
        status.as_str(),
        message,
        now
    )?;
    choose_latest(transaction, &server.id).await?;
    let mut rows: Vec<Row> = Vec::with_capacity(changed.len());
    for (name, version) in changed {
        // Which one is the latest may have changed since.
        let again: Row = fetch_one!(
            transaction,
            "SELECT versions.name, versions.version, document, status, status_message, status_changed_at,
                    published_at, versions.updated_at, is_latest, scans.receipt
             FROM server_versions AS versions
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE versions.name = $1 AND versions.version = $2",
            name,
            version
        )?;
        rows.push(again);
    }
    rows.sort_by(|one, other| one.version.cmp(&other.version));
    Ok(rows)
}

/// Shows a version to others than its workspace, or hides it.
pub(crate) async fn show(
    transaction: &mut Connection,
    name: &str,
    version: &str,
    shown: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    // The server's row first, as everywhere, so that nobody waits for each other forever.
    let server: Option<(ServerId,)> = fetch_optional!(
        transaction,
        "UPDATE servers SET updated_at = $2 WHERE name = $1 RETURNING id",
        name,
        now
    )?;
    let Some((server,)) = server else { return Ok(()) };
    execute!(
        transaction,
        "UPDATE server_versions SET is_shown = $3, updated_at = $4 WHERE name = $1 AND version = $2",
        name,
        version,
        shown,
        now
    )?;
    choose_latest(transaction, &server).await
}
