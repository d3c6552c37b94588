//! Sample data for a first look: a workspace with servers of several categories, really scanned, and their removal.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    accounts::workspaces,
    app::App,
    audit::{Caller, Chain, Event, record},
    db::{execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::{UserId, WorkspaceId},
    registry::{self, CURRENT_SCHEMA, OURS, PUBLISHER},
    scans::{self, Work},
};

/// The workspace's slug, and so the namespace of its servers.
const SLUG: &str = "samples";

/// Where the database keeps that the workspace is ours to remove.
const MARK: &str = "seed-workspace";

/// A server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    title: String,
    description: String,
    category: String,
    tags: Vec<String>,
    secrets: Vec<SampleSecret>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleSecret {
    name: String,
    description: String,
}

/// The samples' sources, by name.
const SOURCES: &[(&str, &str)] = &[
    ("weather", include_str!("samples/weather.py")),
    ("notes", include_str!("samples/notes.py")),
    ("calculator", include_str!("samples/calculator.py")),
    ("issues", include_str!("samples/issues.py")),
    ("currency", include_str!("samples/currency.py")),
    ("translate", include_str!("samples/translate.py")),
    ("calendar", include_str!("samples/calendar.py")),
];

/// Why there are no samples.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SeedError {
    /// Nobody could own them.
    #[error("nobody has claimed this server yet; do that first, with the claim token")]
    NotClaimed,
    /// They are there.
    #[error("the samples are there already; `sigyl seed --remove` takes them away")]
    IsThere,
    /// Somebody has the name.
    #[error("there is a workspace `samples` that is none of ours")]
    Taken,
    /// They are not there.
    #[error("there are no samples to remove")]
    NotThere,
    /// The database failed; the log has the reason.
    #[error("the samples could not be written: {0}")]
    Failed(String),
}

impl From<ApiError> for SeedError {
    fn from(error: ApiError) -> Self {
        Self::Failed(error.message().to_owned())
    }
}

impl From<crate::db::DbError> for SeedError {
    fn from(error: crate::db::DbError) -> Self {
        ApiError::from(error).into()
    }
}

impl Sample {
    /// Its document.
    fn document(&self) -> Value {
        let variables = self.secrets.iter().map(|secret| {
            json!({ "name": secret.name, "description": secret.description, "isRequired": true, "isSecret": true })
        });
        json!({
            "$schema": CURRENT_SCHEMA,
            "name": format!("{SLUG}/{}", self.name),
            "title": self.title,
            "description": self.description,
            "version": "1.0.0",
            "packages": [{
                "registryType": "pypi",
                "identifier": format!("sigyl-sample-{}", self.name),
                "version": "1.0.0",
                "transport": { "type": "stdio" },
                "environmentVariables": variables.collect::<Vec<_>>(),
            }],
            "_meta": { PUBLISHER: { OURS: { "category": self.category, "tags": self.tags } } },
        })
    }

    /// Its source, as a tar of a manifest, a list of packages and a program.
    fn archive(&self) -> Vec<u8> {
        let source = SOURCES.iter().find(|(name, _)| *name == self.name).map_or("", |(_, source)| source);
        let secrets = self.secrets.iter().map(|secret| {
            json!({ "name": secret.name, "description": secret.description, "required": true, "type": "string" })
        });
        // JSON is YAML.
        let manifest = json!({
            "name": self.name,
            "description": self.description,
            "version": "1.0.0",
            "runtime": "python",
            "transport": "stdio",
            "category": self.category,
            "tags": self.tags,
            "secrets": secrets.collect::<Vec<_>>(),
        });
        let mut tar = Vec::new();
        for (name, text) in [
            ("mcp.yaml", manifest.to_string()),
            ("requirements.txt", "mcp==1.23.3\nhttpx==0.28.1\n".to_owned()),
            ("server.py", source.to_owned()),
        ] {
            tar.extend(header(name, text.len()));
            tar.extend(text.as_bytes());
            tar.resize(tar.len().next_multiple_of(512), 0);
        }
        tar.resize(tar.len() + 1024, 0);
        tar
    }
}

/// A header of ustar (POSIX.1-1988) for a file of a short name.
fn header(name: &str, size: usize) -> [u8; 512] {
    let mut block = [0; 512];
    let mut put = |at: usize, bytes: &[u8]| {
        for (place, byte) in block.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    };
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The sum counts itself as spaces.
    put(148, b"        0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    for (place, byte) in block.iter_mut().skip(148).zip(format!("{sum:06o}\0 ").bytes()) {
        *place = byte;
    }
    block
}

fn samples() -> Result<Vec<Sample>, SeedError> {
    serde_json::from_str(include_str!("samples.json")).map_err(|error| SeedError::Failed(error.to_string()))
}

/// Writes the samples, all or none, and has them scanned. What became of each comes back.
///
/// # Errors
/// When they are there, nobody could own them, or the database fails.
pub(crate) async fn plant(app: &App) -> Result<Vec<(String, String)>, SeedError> {
    let samples = samples()?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let owner: Option<(UserId,)> = fetch_optional!(
        transaction,
        "SELECT id FROM users WHERE is_operator = $1 AND is_active = $1 ORDER BY id LIMIT 1",
        true
    )?;
    let (owner,) = owner.ok_or(SeedError::NotClaimed)?;
    let marked: Option<(String,)> =
        fetch_optional!(transaction, "SELECT value FROM instance WHERE name = $1", MARK)?;
    if let Some(other) = workspaces::id_of(&mut transaction, SLUG).await? {
        let is_ours = marked.is_some_and(|(id,)| id == other.as_str());
        return Err(if is_ours { SeedError::IsThere } else { SeedError::Taken });
    }
    let id = WorkspaceId::new(now).map_err(ApiError::from)?;
    workspaces::insert(&mut transaction, &id, SLUG, "Samples", &owner, now).await?;
    let tenant =
        Tenant { id, slug: SLUG.to_owned(), role: crate::accounts::Role::Owner, me: owner.to_string() };
    execute!(
        transaction,
        "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        MARK,
        tenant.id.as_str()
    )?;
    for sample in &samples {
        let (document, found) = registry::check(&sample.document());
        let document = document.ok_or_else(|| SeedError::Failed(found.told()))?;
        registry::publish(&mut transaction, &tenant, &document, owner.as_str(), false, now).await?;
        let at = (document.name.as_str(), document.version.as_str());
        scans::enqueue(&mut transaction, &tenant, at, &sample.archive(), &owner, now).await?;
    }
    let event = Event::done("seed.create", "workspace", tenant.id.as_str());
    record(&mut transaction, Chain::Instance, &Caller::system(), now, event).await?;
    transaction.commit().await?;
    // A server that runs beside takes its part of them.
    while scans::work(app).await? == Work::Done {}
    let mut connection = app.db.connection().await?;
    let rows: Vec<(String, String)> = fetch_all!(
        connection,
        "SELECT name, COALESCE(verdict, error, state) FROM scans WHERE workspace_id = $1 ORDER BY name LIMIT 100",
        &tenant.id
    )?;
    Ok(rows)
}

/// Takes the samples away with their workspace, as if they had never been.
///
/// # Errors
/// When there are none, or the database fails.
pub(crate) async fn remove(app: &App) -> Result<(), SeedError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let marked: Option<(String,)> =
        fetch_optional!(transaction, "SELECT value FROM instance WHERE name = $1", MARK)?;
    let (marked,) = marked.ok_or(SeedError::NotThere)?;
    execute!(transaction, "DELETE FROM instance WHERE name = $1", MARK)?;
    // Somebody may have deleted it already.
    let gone = execute!(transaction, "DELETE FROM workspaces WHERE id = $1", &marked)?;
    // Numbers of versions that were samples mean nothing; they are not retired, so that samples can come again.
    execute!(transaction, "DELETE FROM retired_versions WHERE name LIKE $1", format!("{SLUG}/%"))?;
    let event = Event::done("seed.delete", "workspace", &marked);
    record(&mut transaction, Chain::Instance, &Caller::system(), now, event).await?;
    transaction.commit().await?;
    if gone == 0 { Err(SeedError::NotThere) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_sources_and_documents_that_can_be_published() {
        let samples = samples().unwrap();
        assert_eq!(samples.len(), SOURCES.len());
        for sample in &samples {
            assert!(SOURCES.iter().any(|(name, _)| *name == sample.name), "{}", sample.name);
            let found = registry::check(&sample.document()).1;
            assert!(found.valid, "{found:?}");
            assert_eq!(sample.archive().len() % 512, 0);
        }
    }
}
