//! The row that lists and searches show of a server, made anew whenever its latest version changes.

use sigyl_core::secret::random_bytes;

use super::{
    Visibility,
    facts::{self, Facts, Known},
    terms::{Field, Terms, facet, parts},
};
use crate::{
    app::App,
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    http::ApiError,
    id::{ServerId, WorkspaceId},
};

/// The most required secrets that a filter tells apart.
pub(super) const SECRETS_MAX: i64 = 20;

/// The term of what not everybody sees.
pub(super) fn hidden_term() -> String {
    facet("hidden", "")
}

/// The term of what a workspace has.
pub(super) fn workspace_term(workspace: &str) -> String {
    facet("workspace", workspace)
}

/// The term of what only some of a workspace see.
pub(super) fn private_term() -> String {
    facet("private", "")
}

/// The term of what somebody sees of it.
pub(super) fn private_to_term(user: &str) -> String {
    facet("private", user)
}

/// What a listing is made from.
#[derive(sqlx::FromRow)]
struct Source {
    workspace_id: WorkspaceId,
    name: String,
    #[sqlx(try_from = "String")]
    visibility: Visibility,
    private_to: Option<String>,
    category: Option<String>,
    tags: Option<String>,
    created_at: Timestamp,
    version: String,
    document: String,
    is_shown: bool,
    published_at: Timestamp,
    verdict: Option<String>,
}

/// A number that is the greater the later a server came, and that no other one has.
async fn number(transaction: &mut Connection, created_at: Timestamp) -> Result<i64, ApiError> {
    loop {
        let chance = random_bytes::<4>()?;
        let number = created_at.0 << 20 | i64::from(u32::from_be_bytes(chance) >> 12);
        let taken: Option<(i64,)> =
            fetch_optional!(transaction, "SELECT number FROM listings WHERE number = $1", number)?;
        if taken.is_none() {
            return Ok(number);
        }
    }
}

/// Makes the listing of a server anew, from its latest version. Without one it is hidden, and keeps its counts.
pub(super) async fn refresh(transaction: &mut Connection, server: &ServerId) -> Result<(), ApiError> {
    let source: Option<Source> = fetch_optional!(
        transaction,
        "SELECT servers.workspace_id, servers.name, servers.visibility, servers.private_to, servers.category,
                servers.tags, servers.created_at, versions.version, document, is_shown, published_at, scans.verdict
         FROM servers JOIN server_versions AS versions ON versions.server_id = servers.id
         LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
         WHERE servers.id = $1 AND versions.is_latest = $2 AND versions.status <> 'deleted' LIMIT 1",
        server,
        true
    )?;
    let Some(source) = source else {
        execute!(
            transaction,
            "UPDATE listings SET is_open = $2, is_listed = $2, facets = '', narrow = '', terms = '' WHERE server_id = $1",
            server,
            false
        )?;
        return Ok(());
    };
    let known = facts::get(transaction, &source.name, &source.version).await?.unwrap_or_default();
    write(transaction, server, source, known).await
}

async fn write(
    transaction: &mut Connection,
    server: &ServerId,
    source: Source,
    mut known: Known,
) -> Result<(), ApiError> {
    let document: serde_json::Value = facts::read(&source.document)?;
    let text = |key: &str| document[key].as_str().unwrap_or("").to_owned();
    let (title, description) = (text("title"), text("description"));
    if let Some(category) = source.category {
        known.facts.category = category;
    }
    if let Some(tags) = &source.tags {
        known.facts.tags = facts::read(tags)?;
    }
    let is_open = source.visibility == Visibility::Public && source.is_shown;
    let verdict = source.verdict.unwrap_or_else(|| "unscanned".to_owned());
    let secrets = known.facts.requirements.iter().filter(|it| it.secret && it.required).count();
    let secrets = i64::try_from(secrets).unwrap_or(i64::MAX);
    let narrow = narrow_facets(&known, &verdict, secrets);
    let facets = [narrow.to_vec(), facets(&known)].concat();
    let mut terms = Terms::default();
    if !is_open {
        terms.put(hidden_term());
    }
    terms.put(workspace_term(source.workspace_id.as_str()));
    if let Some(user) = &source.private_to {
        terms.put(private_term());
        terms.put(private_to_term(user));
    }
    facets.iter().for_each(|facet| terms.put(facet.clone()));
    parts(&source.name).into_iter().for_each(|part| terms.put(part));
    terms.add(Field::Name, &source.name);
    terms.add(Field::Name, &title);
    terms.add(Field::About, &description);
    terms.add(Field::About, &known.facts.category);
    known.facts.tags.iter().for_each(|tag| terms.add(Field::About, tag));
    for tool in &known.tools {
        terms.add(Field::Tool, &tool.name);
        terms.add(Field::Tool, tool.description.as_deref().unwrap_or(""));
    }
    for requirement in known.facts.requirements.iter().filter(|it| it.secret) {
        terms.add(Field::Secret, &requirement.key);
        terms.add(Field::Secret, requirement.description.as_deref().unwrap_or(""));
    }
    let folded = source.name.to_lowercase();
    let short = folded.split_once('/').map_or(folded.as_str(), |(_, short)| short);
    let tags = serde_json::to_string(&known.facts.tags).map_err(|error| ApiError::internal(&error))?;
    let number = number(transaction, source.created_at).await?;
    execute!(
        transaction,
        "INSERT INTO listings (number, server_id, workspace_id, name, folded_name, short_name, version, title,
                               description, category, tags, runtime, verdict, tool_count, secret_count, is_open,
                               is_listed, created_at, published_at, downloads, trend, trend_day, rating_sum,
                               rating_count, facets, terms, private_to, narrow)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0, 0, 0, 0, 0,
                 $20, $21, $22, $23)
         ON CONFLICT (server_id) DO UPDATE
         SET workspace_id = excluded.workspace_id, version = excluded.version, title = excluded.title,
             description = excluded.description, category = excluded.category, tags = excluded.tags,
             runtime = excluded.runtime, verdict = excluded.verdict, tool_count = excluded.tool_count,
             secret_count = excluded.secret_count, is_open = excluded.is_open, is_listed = excluded.is_listed,
             published_at = excluded.published_at, facets = excluded.facets, terms = excluded.terms,
             private_to = excluded.private_to, narrow = excluded.narrow",
        number,
        server,
        &source.workspace_id,
        &source.name,
        &folded,
        short,
        &source.version,
        &title,
        &description,
        &known.facts.category,
        &tags,
        &known.facts.runtime,
        &verdict,
        i64::try_from(known.tools.len()).unwrap_or(i64::MAX),
        secrets,
        is_open,
        true,
        source.created_at,
        source.published_at,
        format!(" {} ", facets.join(" ")),
        terms.text(),
        source.private_to,
        format!(" {} ", narrow.join(" "))
    )?;
    Ok(())
}

/// What filters ask for and every server has one of.
pub(super) const NARROW: [&str; 4] = ["category", "runtime", "verdict", "secrets"];

/// Their terms.
fn narrow_facets(known: &Known, verdict: &str, secrets: i64) -> [String; 4] {
    let secrets = secrets.min(SECRETS_MAX).to_string();
    let values = [&known.facts.category, &known.facts.runtime, verdict, &secrets];
    std::array::from_fn(|at| facet(NARROW[at], values[at]))
}

/// The terms of the other filters.
fn facets(known: &Known) -> Vec<String> {
    let Facts { tags, requirements, .. } = &known.facts;
    let mut facets = tags.iter().map(|tag| facet("tag", tag)).collect::<Vec<_>>();
    facets.extend(known.tools.iter().take(500).map(|tool| facet("tool", &tool.name)));
    let required = requirements.iter().filter(|it| it.secret && it.required);
    facets.extend(required.map(|it| facet("secret", &it.key)));
    facets
}

/// Servers in one transaction while listings are made for the first time.
const BATCH: i64 = 100;

/// Makes the listings that are missing, or that are of an earlier form.
///
/// # Errors
/// When the database fails; what was made stays.
pub(crate) async fn make_missing(app: &App) -> Result<(), ApiError> {
    loop {
        let mut transaction = app.db.begin().await?;
        let servers: Vec<(ServerId,)> = fetch_all!(
            transaction,
            "SELECT servers.id FROM servers JOIN server_versions ON server_versions.server_id = servers.id
             LEFT JOIN listings ON listings.server_id = servers.id
             WHERE (listings.server_id IS NULL OR (listings.is_listed = $1 AND listings.terms = ''))
                   AND server_versions.is_latest = $1 AND server_versions.status <> 'deleted' LIMIT $2",
            true,
            BATCH
        )?;
        if servers.is_empty() {
            return Ok(());
        }
        for (server,) in &servers {
            make_facts(&mut transaction, server).await?;
            refresh(&mut transaction, server).await?;
        }
        transaction.commit().await?;
    }
}

async fn make_facts(transaction: &mut Connection, server: &ServerId) -> Result<(), ApiError> {
    let rows: Vec<(String, String, String, Option<String>)> = fetch_all!(
        transaction,
        "SELECT versions.name, versions.version, document, scans.report FROM server_versions AS versions
         LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
         LEFT JOIN version_facts AS facts ON facts.name = versions.name AND facts.version = versions.version
         WHERE server_id = $1 AND facts.name IS NULL",
        server
    )?;
    for (name, version, document, report) in rows {
        let report = report.map(|text| facts::read(&text)).transpose()?;
        let known = facts::known(&facts::read(&document)?, report.as_ref());
        facts::put(transaction, (&name, &version), &known, None).await?;
    }
    Ok(())
}

/// Which server a reader may see goes by this name.
pub(crate) async fn id_of(connection: &mut Connection, name: &str) -> Result<Option<ServerId>, DbError> {
    let row: Option<(ServerId,)> =
        fetch_optional!(connection, "SELECT id FROM servers WHERE name = $1", name)?;
    Ok(row.map(|row| row.0))
}
