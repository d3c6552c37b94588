//! Versions of a server for people: what each is, its tools, its source, and what is another between two.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::{ScanReport, Tool, manifest::Requirement};

use super::{
    packages::{latest, named},
    registry::reader,
};
use crate::{
    app::App,
    db::Connection,
    http::{ApiError, Endpoint, Page, PageQuery, Principal, QueryOf, schema},
    registry::{self, Comparison, FileFact, Known, Reader, Side, VersionLine},
    scans,
};

/// All versions.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_package_versions",
    path: "/api/v1/packages/{name}/versions",
    summary: "Versions of a server, newest first, with what their scans found.",
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<VersionLine>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Tools of one.
pub(super) static TOOLS: Endpoint = Endpoint {
    id: "list_package_tools",
    path: "/api/v1/packages/{name}/versions/{version}/tools",
    summary: "The tools of a version with schemas and pins, and what it requires.",
    response: Some(schema::<Capabilities>),
    handler: || get(tools),
    ..Endpoint::PLAIN
};

/// The source of one.
pub(super) static SOURCE: Endpoint = Endpoint {
    id: "download_source",
    path: "/api/v1/packages/{name}/versions/{version}/source",
    summary: "The source of a version, as it was uploaded and scanned. It counts as a download.",
    texts: super::sources::KINDS,
    handler: || get(source),
    ..Endpoint::PLAIN
};

/// Compares two.
pub(super) static COMPARE: Endpoint = Endpoint {
    id: "compare_package_versions",
    path: "/api/v1/packages/{name}/compare",
    summary: "What is another between two versions: files, tools and their pins, findings.",
    query: Some(schema::<Two>),
    response: Some(schema::<Comparison>),
    handler: || get(compare),
    ..Endpoint::PLAIN
};

/// Which two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Two {
    /// The earlier version.
    from: String,
    /// The later one, or `latest`.
    #[serde(default = "latest_version")]
    to: String,
}

fn latest_version() -> String {
    "latest".to_owned()
}

/// What a version can do, and what it needs.
#[derive(Debug, Serialize, JsonSchema)]
struct Capabilities {
    name: String,
    version: String,
    tools: Vec<Tool>,
    requirements: Vec<Requirement>,
}

fn version_in(path: &HashMap<String, String>) -> &str {
    path.get("version").map_or("", String::as_str)
}

async fn list(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<VersionLine>>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let limit = page.limit()?;
    let (at, version): (i64, String) = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => (i64::MAX, String::new()),
    };
    let mut connection = app.db.connection().await?;
    let (id, _) = latest(&mut connection, &reader, named(&path)).await?;
    let count = i64::from(limit) + 1;
    let items = registry::version_lines(&mut connection, &reader, &id, (at, &version), count).await?;
    Page::of(items, limit, |line| app.cursors.write(LIST.id, &(line.published_at.0, &line.version))).map(Json)
}

async fn tools(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<Capabilities>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let mut connection = app.db.connection().await?;
    let missing = || ApiError::not_found("version");
    let row = registry::version(&mut connection, &reader, named(&path), version_in(&path), false).await?;
    let row = row.ok_or_else(missing)?;
    let known = registry::facts_of(&mut connection, &row.name, &row.version).await?.unwrap_or_default();
    Ok(Json(Capabilities {
        name: row.name,
        version: row.version,
        tools: known.tools,
        requirements: known.facts.requirements,
    }))
}

async fn source(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Response, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let mut connection = app.db.connection().await?;
    let missing = || ApiError::not_found("source");
    let row = registry::version(&mut connection, &reader, named(&path), version_in(&path), false).await?;
    let row = row.ok_or_else(missing)?;
    let (digest, archive) =
        scans::source(&mut connection, &row.name, &row.version).await?.ok_or_else(missing)?;
    if let Some(server) = registry::id_of(&mut connection, &row.name).await? {
        app.downloads.count(&server, app.clock.now());
    }
    // By what it is, not by what it was said to be.
    let (kind, extension) = match archive.as_slice() {
        [0x1f, 0x8b, ..] => ("application/gzip", "tar.gz"),
        [b'P', b'K', ..] => ("application/zip", "zip"),
        _ => ("application/x-tar", "tar"),
    };
    let plain = |text: &str| {
        text.chars()
            .map(|it| if it.is_ascii_alphanumeric() || ".-_".contains(it) { it } else { '-' })
            .collect()
    };
    let (name, version): (String, String) = (plain(&row.name), plain(&row.version));
    let disposition = format!("attachment; filename=\"{name}-{version}.{extension}\"");
    let mut response = archive.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in [
        (header::CONTENT_DISPOSITION, disposition),
        (header::ETAG, format!("\"{digest}\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

/// What one side of a comparison is made from.
struct Held {
    known: Known,
    files: Option<Vec<FileFact>>,
    report: Option<ScanReport>,
}

async fn held(
    connection: &mut Connection,
    reader: &Reader,
    name: &str,
    version: &str,
) -> Result<Held, ApiError> {
    let row = registry::version(connection, reader, name, version, false).await?;
    let row = row.ok_or_else(|| ApiError::not_found("version"))?;
    Ok(Held {
        known: registry::facts_of(connection, &row.name, &row.version).await?.unwrap_or_default(),
        files: registry::files_of(connection, &row.name, &row.version).await?,
        report: scans::report(connection, &row.name, &row.version).await?,
    })
}

async fn compare(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(two): QueryOf<Two>,
) -> Result<Json<Comparison>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let mut connection = app.db.snapshot().await?;
    let before = held(&mut connection, &reader, named(&path), &two.from).await?;
    let after = held(&mut connection, &reader, named(&path), &two.to).await?;
    drop(connection);
    Ok(Json(registry::compare(&before.side(), &after.side())))
}

impl Held {
    fn side(&self) -> Side<'_> {
        Side { files: self.files.as_deref(), tools: &self.known.tools, report: self.report.as_ref() }
    }
}
