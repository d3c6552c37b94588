//! Imports into the registry, and what policies say of it.

use axum::{
    Json,
    body::{Body as Stream, to_bytes},
    extract::State,
    http::{HeaderMap, header},
    routing::post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::registry_changes::publish_document;
use crate::{
    accounts::{Role, Scope},
    app::App,
    http::{Access, ApiError, Code, Endpoint, Method, Principal, Tenant, json_of, schema},
    outbound::Asked,
    registry::{self, Entry, Reader, Visibility},
    scans,
};

/// The kinds of a bundle.
const BUNDLE: &[&str] = &["application/zip"];

/// Files of one import, at most.
const FILES_MAX: usize = 500;

/// Redirects from where a list is named to where it lies.
const REDIRECTS_MAX: usize = 3;

/// Imports.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "import_registry",
    method: Method::Post,
    path: "/api/v1/registry/import",
    summary: "Publish what other registries keep: server.json and lists of them, Docker's and ToolHive's catalogs, smithery.yaml, bundles (MCPB). What cannot be published is told, and stops nothing.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<Wanted>),
    upload: BUNDLE,
    response: Some(schema::<Imported>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// What to import: one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["url"] }, { "required": ["files"] }]))]
struct Wanted {
    /// Where a file lies that the server fetches.
    #[schemars(extend("type" = "string", "pattern" = crate::http::pattern::WEB))]
    url: Option<String>,
    /// Files, by their names, which tell their kinds.
    #[serde(default)]
    #[schemars(length(min = 1, max = FILES_MAX))]
    files: Vec<File>,
    /// Who sees what is imported.
    visibility: Option<Visibility>,
}

/// A file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    /// `server.json`, `weather/smithery.yaml`, `catalog.yaml` and so on.
    path: String,
    text: String,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// It was published.
    Imported,
    /// This version was there already.
    Exists,
    /// It cannot be published.
    Rejected,
}

/// An entry.
#[derive(Debug, Serialize, JsonSchema)]
struct Line {
    /// Its name, or what it is called where it stands.
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
    outcome: Outcome,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// What was lost or changed on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// What became of all of them.
#[derive(Debug, Serialize, JsonSchema)]
struct Imported {
    imported: usize,
    exists: usize,
    rejected: usize,
    entries: Vec<Line>,
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    headers: HeaderMap,
    body: Stream,
) -> Result<Json<Imported>, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let bytes = to_bytes(body, app.config.source_limit_bytes).await;
    let bytes =
        bytes.map_err(|_| ApiError::new(Code::TooLarge, "the body is too long, or did not arrive"))?;
    let mut source = None;
    let mut visibility = None;
    let entries = if BUNDLE.contains(&kind) {
        let entry = registry::bundle(&bytes, None);
        source = Some(bytes.to_vec());
        vec![entry]
    } else {
        let wanted: Wanted = json_of(kind, &bytes)?;
        visibility = wanted.visibility;
        match (wanted.url, wanted.files.len()) {
            (Some(url), 0) => fetched(&app, &url, &mut source).await?,
            (None, 1..=FILES_MAX) => {
                wanted.files.iter().flat_map(|file| registry::entries(&file.path, &file.text)).collect()
            }
            (None, count) if count > FILES_MAX => {
                return Err(ApiError::invalid("files: at most 500 at a time"));
            }
            _ => return Err(ApiError::invalid("give a url, or files, or send a bundle")),
        }
    };
    if entries.len() > registry::ENTRIES_MAX {
        return Err(ApiError::invalid("these are more than 2,000 entries; import them in parts"));
    }
    let mut done = Imported { imported: 0, exists: 0, rejected: 0, entries: Vec::new() };
    for entry in entries {
        let line = import(&app, &principal, &tenant, entry, visibility, source.as_deref()).await?;
        match line.outcome {
            Outcome::Imported => done.imported += 1,
            Outcome::Exists => done.exists += 1,
            Outcome::Rejected => done.rejected += 1,
        }
        done.entries.push(line);
    }
    Ok(Json(done))
}

async fn fetched(app: &App, url: &str, source: &mut Option<Vec<u8>>) -> Result<Vec<Entry>, ApiError> {
    let asked = Asked::get(url, app.config.source_limit_bytes).following(REDIRECTS_MAX);
    let answer = app.outbound.send(asked).await;
    let answer = answer.map_err(|error| ApiError::invalid(format!("url: {error}")))?;
    if answer.status.as_u16() != 200 {
        return Err(ApiError::invalid(format!("url: the answer has status {}", answer.status.as_u16())));
    }
    if answer.body.starts_with(b"PK") {
        let entry = registry::bundle(&answer.body, Some(url));
        *source = Some(answer.body);
        return Ok(vec![entry]);
    }
    let text = String::from_utf8(answer.body);
    let text = text.map_err(|_| ApiError::invalid("url: what is there is neither text nor a bundle"))?;
    let path = answer.url.path().to_owned();
    Ok(registry::entries(&path, &text))
}

/// Publishes one entry. An error is ours; what is wrong with the entry stands in its line.
async fn import(
    app: &App,
    principal: &Principal,
    tenant: &Tenant,
    entry: Entry,
    visibility: Option<Visibility>,
    source: Option<&[u8]>,
) -> Result<Line, ApiError> {
    let line = |outcome, name: &str, version: &str, problem, notes| Line {
        name: name.to_owned(),
        version: version.to_owned(),
        outcome,
        problem,
        notes,
    };
    let mut document = match entry.document {
        Ok(document) => document,
        Err(why) => return Ok(line(Outcome::Rejected, &entry.label, "", Some(why), entry.notes)),
    };
    // PostgreSQL keeps no NUL in a text.
    if document.to_string().contains("\\u0000") {
        let why = Some("it has the character U+0000".to_owned());
        return Ok(line(Outcome::Rejected, &entry.label, "", why, entry.notes));
    }
    let name = document["name"].as_str().unwrap_or("");
    let name = if name.contains('/') { name.to_owned() } else { format!("{}/{name}", tenant.slug) };
    document["name"] = name.as_str().into();
    let version = document["version"].as_str().unwrap_or("").to_owned();
    if is_there(app, tenant, &name, &version).await? {
        return Ok(line(Outcome::Exists, &name, &version, None, entry.notes));
    }
    match publish_document(app, principal, tenant, &document, visibility).await {
        Ok(_) => {}
        Err(error) if error.is_internal() => return Err(error),
        Err(error) => {
            return Ok(line(
                Outcome::Rejected,
                &name,
                &version,
                Some(error.message().to_owned()),
                entry.notes,
            ));
        }
    }
    if let Some(source) = source {
        let now = app.clock.now();
        let mut transaction = app.db.begin().await?;
        let at = (name.as_str(), version.as_str());
        scans::enqueue(&mut transaction, tenant, at, source, &principal.user, now).await?;
        transaction.commit().await?;
        app.queued.notify_one();
    }
    Ok(line(Outcome::Imported, &name, &version, None, entry.notes))
}

async fn is_there(app: &App, tenant: &Tenant, name: &str, version: &str) -> Result<bool, ApiError> {
    let own = Reader::of(tenant);
    let mut connection = app.db.connection().await?;
    let row = registry::version(&mut connection, &own, name, version, true).await?;
    Ok(row.is_some_and(|row| row.version == version))
}
