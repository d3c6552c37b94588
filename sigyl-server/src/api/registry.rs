//! The official generic registry API, as clients and publishers of MCP servers speak it.
//!
//! Besides `/v0.1` it answers below `/v0`, which the official publisher uses, and takes names with a plain slash as well
//! as with `%2F`.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::Digest;

use crate::{
    accounts::Scope,
    app::App,
    clock::Timestamp,
    http::{ApiError, Code, Endpoint, Principal, QueryOf, RegistryLink, Via, schema},
    registry::{self, Filter, Metadata, Reader, ServerList, ServerResponse},
};

/// Versions on a page when nobody says, and at most.
const LIMIT_DEFAULT: u32 = 30;
const LIMIT_MAX: u32 = 100;

/// What all endpoints of the registry are like.
pub(super) const OPEN: Endpoint = Endpoint { is_cors: true, ..Endpoint::PLAIN };

/// Lists.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_registry_servers",
    path: "/v0.1/servers",
    aliases: &["/v0/servers", "/r/{token}/v0.1/servers", "/r/{token}/v0/servers"],
    summary: "Versions of servers, by name and version; the cursor holds the filter.",
    query: Some(schema::<ListQuery>),
    response: Some(schema::<ServerList>),
    handler: || get(list),
    ..OPEN
};

/// Versions of one.
pub(super) static VERSIONS: Endpoint = Endpoint {
    id: "list_registry_versions",
    path: "/v0.1/servers/{server}/versions",
    aliases: &[
        "/v0/servers/{server}/versions",
        "/v0.1/servers/{server}/{name}/versions",
        "/v0/servers/{server}/{name}/versions",
        "/r/{token}/v0.1/servers/{server}/versions",
        "/r/{token}/v0/servers/{server}/versions",
        "/r/{token}/v0.1/servers/{server}/{name}/versions",
        "/r/{token}/v0/servers/{server}/{name}/versions",
    ],
    summary: "All versions of a server, newest first.",
    query: Some(schema::<DeletedQuery>),
    response: Some(schema::<ServerList>),
    handler: || get(versions),
    ..OPEN
};

/// One version.
pub(super) static VERSION: Endpoint = Endpoint {
    id: "get_registry_version",
    path: "/v0.1/servers/{server}/versions/{version}",
    aliases: &[
        "/v0/servers/{server}/versions/{version}",
        "/v0.1/servers/{server}/{name}/versions/{version}",
        "/v0/servers/{server}/{name}/versions/{version}",
        "/r/{token}/v0.1/servers/{server}/versions/{version}",
        "/r/{token}/v0/servers/{server}/versions/{version}",
        "/r/{token}/v0.1/servers/{server}/{name}/versions/{version}",
        "/r/{token}/v0/servers/{server}/{name}/versions/{version}",
    ],
    summary: "A version of a server, or its `latest`.",
    query: Some(schema::<DeletedQuery>),
    response: Some(schema::<ServerResponse>),
    handler: || get(version),
    ..OPEN
};

/// Whether the registry answers.
pub(super) static PING: Endpoint = Endpoint {
    id: "ping_registry",
    path: "/v0.1/ping",
    aliases: &["/v0/ping"],
    summary: "Whether the registry answers.",
    response: Some(schema::<Pong>),
    handler: || get(async || Json(Pong { pong: true })),
    ..OPEN
};

/// Which version answers.
pub(super) static ABOUT: Endpoint = Endpoint {
    id: "get_registry_version_of_server",
    path: "/v0.1/version",
    aliases: &["/v0/version"],
    summary: "Which version of Sigyl answers.",
    response: Some(schema::<About>),
    handler: || get(async || Json(About { version: env!("CARGO_PKG_VERSION") })),
    ..OPEN
};

/// About this program.
#[derive(Debug, Serialize, JsonSchema)]
struct About {
    version: &'static str,
}

/// An answer.
#[derive(Debug, Serialize, JsonSchema)]
struct Pong {
    pong: bool,
}

/// Which versions, and where to go on. What is not known here is let be: clients send more than there is.
#[derive(Debug, Deserialize, JsonSchema)]
struct ListQuery {
    /// Versions on the page, from 1 to 100.
    #[schemars(with = "Option<u32>")]
    limit: Option<String>,
    /// What the page before gave as `nextCursor`; the filter of the first page goes on.
    cursor: Option<String>,
    /// Part of a name.
    search: Option<String>,
    /// Only what was changed after this time; deleted versions are among it.
    updated_since: Option<String>,
    /// A version, or `latest`.
    version: Option<String>,
    /// Whether deleted versions are listed.
    #[schemars(with = "Option<bool>")]
    include_deleted: Option<String>,
}

/// Whether deleted versions count.
#[derive(Debug, Deserialize, JsonSchema)]
struct DeletedQuery {
    /// Whether deleted versions count.
    #[schemars(with = "Option<bool>")]
    include_deleted: Option<String>,
}

/// Where a page begins, with the filter of the first one: clients drop it on the second.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    name: String,
    version: String,
    filter: Filter,
}

fn truth(text: Option<&str>) -> Result<Option<bool>, ApiError> {
    match text {
        None | Some("") => Ok(None),
        Some("true" | "1") => Ok(Some(true)),
        Some("false" | "0") => Ok(Some(false)),
        Some(_) => Err(ApiError::new(Code::Unprocessable, "include_deleted: true or false")),
    }
}

impl ListQuery {
    fn limit(&self) -> Result<u32, ApiError> {
        let Some(text) = self.limit.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(LIMIT_DEFAULT);
        };
        text.parse()
            .ok()
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .ok_or_else(|| ApiError::new(Code::Unprocessable, "limit: from 1 to 100"))
    }

    fn filter(&self) -> Result<Filter, ApiError> {
        let since = match self.updated_since.as_deref().filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => {
                let at = Timestamp::parse(text);
                Some(at.ok_or_else(|| ApiError::invalid("updated_since: a time in RFC 3339"))?.0)
            }
        };
        let deleted = truth(self.include_deleted.as_deref())?;
        if since.is_some() && deleted == Some(false) {
            return Err(ApiError::invalid("include_deleted: is always true together with updated_since"));
        }
        Ok(Filter {
            search: self.search.clone().unwrap_or_default(),
            version: self.version.clone().unwrap_or_default(),
            updated_since: since,
            include_deleted: deleted.unwrap_or(since.is_some()),
        })
    }

    /// Where the page begins: our own cursor, or the official one, `NAME:VERSION`.
    fn place(&self, app: &App) -> Result<Place, ApiError> {
        let start = |name: &str, version: &str| {
            let (name, version) = (name.to_owned(), version.to_owned());
            self.filter().map(|filter| Place { name, version, filter })
        };
        match self.cursor.as_deref().filter(|text| !text.is_empty()) {
            None => start("", ""),
            Some(cursor) if cursor.contains('/') => match cursor.split_once(':') {
                Some((name, version)) => start(name, version),
                None => start(cursor, ""),
            },
            Some(cursor) => app.cursors.read(LIST.id, cursor),
        }
    }
}

/// Who reads. Without a key or session, where the operator lets nobody read: nobody.
pub(super) fn reader(app: &App, principal: Option<&Principal>) -> Result<Reader, ApiError> {
    match principal {
        None if !app.config.anonymous_reads => {
            Err(ApiError::new(Code::Unauthenticated, "this registry is read with a key"))
        }
        None => Ok(Reader::default()),
        Some(principal) => Ok(match &principal.via {
            Via::Session(_) => {
                let me = principal.user.to_string();
                Reader { user: me.clone(), me, ..Reader::default() }
            }
            Via::Key { workspace, scopes, .. }
                if scopes.contains(&Scope::Read) || scopes.contains(&Scope::Publish) =>
            {
                Reader {
                    workspace: workspace.to_string(),
                    me: principal.user.to_string(),
                    ..Reader::default()
                }
            }
            Via::Key { .. } => Reader::default(),
        }),
    }
}

/// Who reads by an address that nobody can guess, reads as its workspace: what all its members see.
fn reader_by(
    app: &App,
    principal: Option<&Principal>,
    link: Option<&RegistryLink>,
) -> Result<Reader, ApiError> {
    match link {
        Some(link) => Ok(Reader::everybody(&link.workspace)),
        None => reader(app, principal),
    }
}

/// The name that a path names, in either form.
pub(super) fn name(path: &HashMap<String, String>) -> String {
    let part = |key: &str| path.get(key).map(String::as_str);
    match (part("server"), part("name")) {
        (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
        (name, _) => name.unwrap_or("").to_owned(),
    }
}

pub(super) fn version_in(path: &HashMap<String, String>) -> &str {
    path.get("version").map_or("", String::as_str)
}

/// An answer with its tag, or 304 where the caller has it. Others may keep what anyone may see, for a moment.
fn tagged<T: Serialize>(headers: &HeaderMap, is_public: bool, body: &T) -> Result<Response, ApiError> {
    let bytes = serde_json::to_vec(body).map_err(|error| ApiError::internal(&error))?;
    let tag = format!("\"{}\"", &Digest::of(&bytes).as_str()[..32]);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let matches = known.flat_map(|line| line.split(',')).any(|it| {
        let it = it.trim();
        it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag
    });
    let caching = if is_public { "public, max-age=0, must-revalidate" } else { "private, no-cache" };
    let mut response = match matches {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
    };
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    set.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn list(
    State(app): State<App>,
    principal: Option<Principal>,
    link: Option<RegistryLink>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Response, ApiError> {
    let reader = reader_by(&app, principal.as_ref(), link.as_ref())?;
    let limit = query.limit()?;
    let place = query.place(&app)?;
    let after = (place.name.as_str(), place.version.as_str());
    let mut connection = app.db.connection().await?;
    let mut rows =
        registry::list(&mut connection, &reader, &place.filter, after, i64::from(limit) + 1).await?;
    drop(connection);
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = match rows.last().filter(|_| more) {
        None => None,
        Some(last) => {
            let next = Place { name: last.name.clone(), version: last.version.clone(), filter: place.filter };
            Some(app.cursors.write(LIST.id, &next)?)
        }
    };
    let servers = rows.into_iter().map(ServerResponse::of).collect::<Result<Vec<_>, _>>()?;
    let metadata = Metadata { count: servers.len(), next_cursor };
    tagged(&headers, principal.is_none() && link.is_none(), &ServerList { servers, metadata })
}

async fn versions(
    State(app): State<App>,
    principal: Option<Principal>,
    link: Option<RegistryLink>,
    headers: HeaderMap,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(query): QueryOf<DeletedQuery>,
) -> Result<Response, ApiError> {
    let reader = reader_by(&app, principal.as_ref(), link.as_ref())?;
    let deleted = truth(query.include_deleted.as_deref())?.unwrap_or(false);
    let mut connection = app.db.connection().await?;
    let rows = registry::versions(&mut connection, &reader, &name(&path), deleted).await?;
    if rows.is_empty() {
        return Err(ApiError::new(Code::NotFound, "Server not found"));
    }
    let servers = rows.into_iter().map(ServerResponse::of).collect::<Result<Vec<_>, _>>()?;
    let metadata = Metadata { count: servers.len(), next_cursor: None };
    tagged(&headers, principal.is_none() && link.is_none(), &ServerList { servers, metadata })
}

async fn version(
    State(app): State<App>,
    principal: Option<Principal>,
    link: Option<RegistryLink>,
    headers: HeaderMap,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(query): QueryOf<DeletedQuery>,
) -> Result<Response, ApiError> {
    let reader = reader_by(&app, principal.as_ref(), link.as_ref())?;
    let deleted = truth(query.include_deleted.as_deref())?.unwrap_or(false);
    let mut connection = app.db.connection().await?;
    let row = registry::version(&mut connection, &reader, &name(&path), version_in(&path), deleted).await?;
    let row = row.ok_or_else(|| ApiError::new(Code::NotFound, "Server not found"))?;
    tagged(&headers, principal.is_none() && link.is_none(), &ServerResponse::of(row)?)
}
