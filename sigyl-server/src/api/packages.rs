//! Servers of the registry for people: lists, searches, details.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    routing::get as gets,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sigyl_core::{Tool, manifest::Requirement};

use super::registry::reader;
use crate::{
    accounts::{Role, Scope, workspaces},
    app::App,
    clock::Timestamp,
    db::Connection,
    deployments::{self, Running},
    http::{Access, ApiError, Endpoint, Page, PageQuery, Principal, QueryOf, Tenant, limit, schema},
    id::ServerId,
    registry::{self, Day, Listing, Order, Owned, Place, Reader, Row, VersionLine, Visibility, Wanted},
};

/// Longest text that is searched for, characters.
const TEXT_CHARS_MAX: usize = 200;

/// Versions that details show.
const VERSIONS_SHOWN: i64 = 20;

/// Lists.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_packages",
    path: "/api/v1/packages",
    summary: "Servers that the caller may see: popular, trending, new or updated ones first.",
    query: Some(schema::<ListQuery>),
    response: Some(schema::<Page<Listing>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// Searches.
pub(super) static SEARCH: Endpoint = Endpoint {
    id: "search_packages",
    path: "/api/v1/packages/search",
    summary: "Servers by words of names, titles, descriptions, tools and secrets, best first; each word may be a beginning.",
    query: Some(schema::<SearchQuery>),
    response: Some(schema::<Page<Listing>>),
    handler: || gets(search),
    ..Endpoint::PLAIN
};

/// One.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_package",
    path: "/api/v1/packages/{name}",
    summary: "A server: its latest version with tools and requirements, its versions, downloads and ratings. The slash of its name is written %2F.",
    response: Some(schema::<Package>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// The workspace's servers.
pub(super) static OWNED: Endpoint = Endpoint {
    id: "list_workspace_packages",
    path: "/api/v1/workspaces/{workspace}/packages",
    summary: "The servers that the workspace has published, by name, whoever may see them.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<Owned>>),
    handler: || gets(owned),
    ..Endpoint::PLAIN
};

/// A query of servers: what is its own, and what lists and searches are narrowed by alike.
macro_rules! query {
    ($(#[$about:meta])* struct $name:ident { $(#[$first_about:meta])* $first:ident: $type:ty }) => {
        $(#[$about])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct $name {
            $(#[$first_about])*
            $first: $type,
            category: Option<String>,
            tag: Option<String>,
            /// Name of a tool that it has.
            tool: Option<String>,
            /// Name of a secret that it requires.
            secret: Option<String>,
            /// How many secrets it requires.
            #[schemars(range(min = 0, max = 20))]
            secrets: Option<i64>,
            /// How many secrets it requires at most.
            #[schemars(range(min = 0, max = 20))]
            secrets_max: Option<i64>,
            /// `safe`, `warning`, `blocked` or `unscanned`.
            verdict: Option<String>,
            /// `node`, `python`, `go`, `rust`, `container`, `remote` and so on.
            runtime: Option<String>,
            /// Slug of the workspace that publishes it.
            owner: Option<String>,
            /// Servers on the page.
            #[schemars(range(min = 1, max = 100))]
            limit: Option<u32>,
            /// What the page before gave as `next_cursor`.
            #[schemars(extend("pattern" = crate::http::pattern::CURSOR))]
            cursor: Option<String>,
        }

        impl $name {
            fn filters(&self) -> Filters<'_> {
                Filters {
                    texts: [
                        ("category", self.category.as_ref()),
                        ("tag", self.tag.as_ref()),
                        ("tool", self.tool.as_ref()),
                        ("secret", self.secret.as_ref()),
                        ("verdict", self.verdict.as_ref()),
                        ("runtime", self.runtime.as_ref()),
                    ],
                    secrets: self.secrets,
                    secrets_max: self.secrets_max,
                    owner: self.owner.as_ref(),
                }
            }
        }
    };
}

query! {
    /// What is listed, and in which order.
    struct ListQuery {
        /// In which order.
        sort: Option<Order>
    }
}

query! {
    /// What to search for.
    struct SearchQuery {
        /// Words, of which each must be found; the last one may be a beginning.
        #[schemars(length(min = 1, max = 200))]
        q: String
    }
}

/// What lists and searches are narrowed by alike.
struct Filters<'a> {
    texts: [(&'static str, Option<&'a String>); 6],
    secrets: Option<i64>,
    secrets_max: Option<i64>,
    owner: Option<&'a String>,
}

impl Filters<'_> {
    /// What they narrow to; none where they name an owner that nobody is.
    async fn wanted(&self, connection: &mut Connection) -> Result<Option<Wanted>, ApiError> {
        let mut wanted = Wanted::default();
        for (kind, value) in self.texts {
            if value.is_some_and(|value| value.len() > 500) {
                return Err(ApiError::invalid(format!("{kind}: at most 500 bytes")));
            }
            wanted.with(kind, value);
        }
        for (name, number) in [("secrets", self.secrets), ("secrets_max", self.secrets_max)] {
            if number.is_some_and(|number| !(0..=20).contains(&number)) {
                return Err(ApiError::invalid(format!("{name}: from 0 to 20")));
            }
        }
        wanted.with("secrets", self.secrets.map(|number| number.to_string()).as_ref());
        if let Some(most) = self.secrets_max {
            wanted.secrets_at_most(most);
        }
        if let Some(owner) = self.owner {
            match workspaces::id_of(connection, owner).await? {
                Some(id) => wanted.of(id),
                None => return Ok(None),
            }
        }
        Ok(Some(wanted))
    }
}

fn place_of(app: &App, id: &str, cursor: Option<&String>) -> Result<Place, ApiError> {
    cursor.map_or(Ok(Place::START), |cursor| app.cursors.read(id, cursor))
}

async fn list(
    State(app): State<App>,
    principal: Option<Principal>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<Page<Listing>>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let limit = limit(query.limit)?;
    let order = query.sort.unwrap_or_default();
    let of = format!("{} {order:?}", LIST.id);
    let place = place_of(&app, &of, query.cursor.as_ref())?;
    let mut connection = app.db.connection().await?;
    let items = match query.filters().wanted(&mut connection).await? {
        Some(wanted) => {
            let count = i64::from(limit) + 1;
            registry::listed(&mut connection, &reader, &wanted, order, &place, count).await?
        }
        None => Vec::new(),
    };
    Page::of(items, limit, |item| app.cursors.write(&of, item.place())).map(Json)
}

async fn search(
    State(app): State<App>,
    principal: Option<Principal>,
    QueryOf(query): QueryOf<SearchQuery>,
) -> Result<Json<Page<Listing>>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let limit = limit(query.limit)?;
    let place = place_of(&app, SEARCH.id, query.cursor.as_ref())?;
    if query.q.trim().is_empty() || query.q.chars().count() > TEXT_CHARS_MAX {
        return Err(ApiError::invalid("q: 1 to 200 characters"));
    }
    let mut connection = app.db.connection().await?;
    let items = match query.filters().wanted(&mut connection).await? {
        Some(wanted) => {
            let count = i64::from(limit) + 1;
            registry::found(&mut connection, &reader, &query.q, &wanted, &place, count).await?
        }
        None => Vec::new(),
    };
    Page::of(items, limit, |item| app.cursors.write(SEARCH.id, item.place())).map(Json)
}

/// A server.
#[derive(Debug, Serialize, JsonSchema)]
struct Package {
    name: String,
    /// Slug of the workspace that publishes it.
    owner: String,
    visibility: Visibility,
    /// The latest version.
    version: String,
    /// Its document, a `server.json`.
    server: Value,
    category: String,
    tags: Vec<String>,
    runtime: String,
    /// `safe`, `warning`, `blocked` or `unscanned`.
    verdict: String,
    tools: Vec<Tool>,
    /// What each user, or the deployment, must provide.
    requirements: Vec<Requirement>,
    /// The last versions, newest first; more of them under `/versions`.
    versions: Vec<VersionLine>,
    downloads: i64,
    /// Those of the caller's workspaces that run it.
    deployments: Vec<Running>,
    /// Of the last thirty days.
    downloads_by_day: Vec<Day>,
    /// The mean of its ratings, from 1 to 5.
    rating: Option<f64>,
    rating_count: i64,
    created_at: Timestamp,
}

pub(super) fn named(path: &HashMap<String, String>) -> &str {
    path.get("name").map_or("", String::as_str)
}

/// The latest version of a server that a reader may see, with the server's id.
pub(super) async fn latest(
    connection: &mut Connection,
    reader: &Reader,
    name: &str,
) -> Result<(ServerId, Row), ApiError> {
    let missing = || ApiError::not_found("server");
    let row = registry::version(connection, reader, name, "latest", false).await?.ok_or_else(missing)?;
    let id = registry::id_of(connection, &row.name).await?.ok_or_else(missing)?;
    Ok((id, row))
}

async fn get(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<Package>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    // One state of all that is told.
    let mut connection = app.db.snapshot().await?;
    let (id, row) = latest(&mut connection, &reader, named(&path)).await?;
    let missing = || ApiError::not_found("server");
    let about = registry::about(&mut connection, &id).await?.ok_or_else(missing)?;
    let known = registry::facts_of(&mut connection, &row.name, &row.version).await?.unwrap_or_default();
    let first = (i64::MAX, "");
    let versions = registry::version_lines(&mut connection, &reader, &id, first, VERSIONS_SHOWN).await?;
    let deployments = deployments::of_package(&mut connection, &reader, &row.name).await?;
    let downloads_by_day = registry::days(&mut connection, &id, app.clock.now()).await?;
    drop(connection);
    let server = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
    let rating = about.rating();
    Ok(Json(Package {
        owner: about.owner,
        visibility: about.visibility,
        version: row.version,
        server,
        tags: about.tags.map_or(Ok(known.facts.tags), |tags| {
            serde_json::from_str(&tags).map_err(|error| ApiError::internal(&error))
        })?,
        category: about.category.unwrap_or(known.facts.category),
        runtime: known.facts.runtime,
        verdict: about.verdict,
        tools: known.tools,
        requirements: known.facts.requirements,
        versions,
        downloads: about.downloads,
        deployments,
        downloads_by_day,
        rating,
        rating_count: about.rating_count,
        created_at: about.created_at,
        name: row.name,
    }))
}

async fn owned(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<Owned>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(OWNED.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = registry::owned(&mut connection, &tenant, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |server| app.cursors.write(OWNED.id, &server.name)).map(Json)
}
