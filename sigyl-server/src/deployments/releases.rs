//! Rows of releases: what each step of a release made, so that a step that was done is not done again.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sigyl_core::{Exception, ScanReport};
use sigyl_deploy::{
    BuildPlan,
    backend::{BuiltImage, DeploySpec, Handle},
};

use super::store::json;
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::ApiError,
    id::UserId,
    scans::FetchedSource,
};

/// Releases of a deployment whose source is kept; of earlier ones what was built is kept, for going back.
const SOURCES_KEPT: i64 = 5;

/// Where a release comes from.
pub(crate) enum Source<'a> {
    /// An archive that was sent.
    Archive(&'a [u8]),
    /// Something to fetch.
    Reference(&'a str),
    /// What another release was built of, with the variables of now.
    Copy(i64),
}

/// A release that is about to be.
pub(crate) struct NewRelease<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) allowed: Option<&'a Allowed>,
}

/// What somebody decided about a report before it was made.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Allowed {
    /// Whether warnings are known and accepted.
    pub(crate) warnings: bool,
    /// What may pass although it would be refused.
    pub(crate) exception: Option<Exception>,
}

/// A release, as callers see it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct ReleaseLine {
    pub(crate) number: i64,
    /// `made`, `serving`, `retired` or `failed`.
    pub(crate) state: String,
    /// Where its source comes from; empty where it was sent.
    pub(crate) reference: String,
    /// The release whose image it has; 0 where it was built of a source of its own.
    pub(crate) copy_of: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tree_digest: Option<String>,
    /// `safe`, `warning` or `blocked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// A release, as work needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) copy_of: i64,
    pub(super) reference: String,
    pub(super) commit_id: Option<String>,
    report: Option<String>,
    allowed: Option<String>,
    plan: Option<String>,
    image: Option<String>,
    spec: Option<String>,
    handle: Option<String>,
}

fn read<T: serde::de::DeserializeOwned>(text: Option<&String>) -> Result<Option<T>, ApiError> {
    text.map(|text| serde_json::from_str(text)).transpose().map_err(|error| ApiError::internal(&error))
}

impl Row {
    pub(super) fn report(&self) -> Result<Option<ScanReport>, ApiError> {
        read(self.report.as_ref())
    }

    pub(super) fn allowed(&self) -> Result<Option<Allowed>, ApiError> {
        read(self.allowed.as_ref())
    }

    pub(super) fn plan(&self) -> Result<Option<BuildPlan>, ApiError> {
        read(self.plan.as_ref())
    }

    pub(super) fn image(&self) -> Result<Option<BuiltImage>, ApiError> {
        read(self.image.as_ref())
    }

    pub(super) fn spec(&self) -> Result<Option<DeploySpec>, ApiError> {
        read(self.spec.as_ref())
    }

    pub(super) fn handle(&self) -> Option<Handle> {
        self.handle.clone().map(Handle)
    }
}

/// Makes a release, and returns its number.
pub(crate) async fn insert(
    transaction: &mut Connection,
    deployment: &str,
    by: &UserId,
    new: &NewRelease<'_>,
    now: Timestamp,
) -> Result<i64, ApiError> {
    let (number,): (i64,) = fetch_one!(
        transaction,
        "UPDATE deployments SET last_release = last_release + 1, updated_at = $2 WHERE id = $1 RETURNING last_release",
        deployment,
        now
    )?;
    let (archive, reference, copy_of) = match new.source {
        Source::Archive(bytes) => (Some(bytes), "", 0),
        Source::Reference(text) => (None, text, 0),
        Source::Copy(number) => (None, "", number),
    };
    execute!(
        transaction,
        "INSERT INTO releases (deployment_id, number, state, copy_of, reference, named, archive, allowed, created_by, created_at)
         VALUES ($1, $2, 'made', $3, $4, $4, $5, $6, $7, $8)",
        deployment,
        number,
        copy_of,
        reference,
        archive,
        new.allowed.map(json).transpose()?,
        by,
        now
    )?;
    if copy_of > 0 {
        let copied = execute!(
            transaction,
            "UPDATE releases SET (reference, named, commit_id, tree_digest, verdict, report, allowed, plan, image, sbom, provenance) =
                (SELECT reference, named, commit_id, tree_digest, verdict, report, allowed, plan, image, sbom, provenance
                 FROM releases AS copied WHERE copied.deployment_id = $1 AND copied.number = $3)
             WHERE deployment_id = $1 AND number = $2
               AND EXISTS (SELECT 1 FROM releases AS built
                           WHERE built.deployment_id = $1 AND built.number = $3 AND built.image IS NOT NULL)",
            deployment,
            number,
            copy_of
        )?;
        if copied == 0 {
            return Err(ApiError::conflict(format!(
                "release {copy_of} was never built, or is not kept any more"
            )));
        }
    }
    execute!(
        transaction,
        "UPDATE releases SET archive = NULL WHERE deployment_id = $1 AND number <= $2",
        deployment,
        number - SOURCES_KEPT
    )?;
    Ok(number)
}

/// A release without its source.
pub(super) async fn get(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
) -> Result<Option<Row>, DbError> {
    fetch_optional!(
        connection,
        "SELECT copy_of, reference, commit_id, report, allowed, plan, image, spec, handle FROM releases
         WHERE deployment_id = $1 AND number = $2",
        deployment,
        number
    )
}

/// What a release that answers was named to come from is where the next one of its deployment comes from.
pub(super) async fn keep_named(
    transaction: &mut Connection,
    (deployment, number): (&str, i64),
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE deployments SET reference = COALESCE(
                (SELECT named FROM releases WHERE deployment_id = $1 AND number = $2 AND named <> ''), reference)
         WHERE id = $1",
        deployment,
        number
    )?;
    Ok(())
}

/// The source of a release, where it is kept.
pub(super) async fn archive(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Option<Vec<u8>>,)> = fetch_optional!(
        connection,
        "SELECT archive FROM releases WHERE deployment_id = $1 AND number = $2",
        deployment,
        number
    )?;
    Ok(row.and_then(|row| row.0))
}

/// Keeps the source that was fetched for a release, and which it is.
pub(super) async fn put_source(
    connection: &mut Connection,
    (deployment, number): (&str, i64),
    source: &FetchedSource,
) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE releases SET archive = $3, commit_id = $4, reference = COALESCE($5, reference)
         WHERE deployment_id = $1 AND number = $2",
        deployment,
        number,
        &source.archive,
        source.commit.as_deref(),
        source.package.as_deref()
    )?;
    Ok(())
}

/// Keeps the report of a release.
pub(super) async fn put_report(
    connection: &mut Connection,
    (deployment, number): (&str, i64),
    report: &ScanReport,
) -> Result<(), ApiError> {
    execute!(
        connection,
        "UPDATE releases SET report = $3, verdict = $4, tree_digest = $5 WHERE deployment_id = $1 AND number = $2",
        deployment,
        number,
        json(report)?,
        report.verdict.as_str(),
        report.tree_digest.as_str()
    )?;
    Ok(())
}

/// Parts of a release that are kept as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Report,
    Plan,
    Image,
    Spec,
    Handle,
    Tools,
    Sbom,
    Provenance,
}

/// Keeps one.
pub(super) async fn put(
    connection: &mut Connection,
    (deployment, number): (&str, i64),
    part: Part,
    text: &str,
) -> Result<(), DbError> {
    let sql = match part {
        Part::Report => "UPDATE releases SET report = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Plan => "UPDATE releases SET plan = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Image => "UPDATE releases SET image = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Spec => "UPDATE releases SET spec = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Handle => "UPDATE releases SET handle = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Tools => "UPDATE releases SET tools = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Sbom => "UPDATE releases SET sbom = $3 WHERE deployment_id = $1 AND number = $2",
        Part::Provenance => "UPDATE releases SET provenance = $3 WHERE deployment_id = $1 AND number = $2",
    };
    execute!(connection, sql, deployment, number, text)?;
    Ok(())
}

/// One of them, for callers.
pub(crate) async fn part(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
    part: Part,
) -> Result<Option<Value>, ApiError> {
    let sql = match part {
        Part::Report => "SELECT report FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Plan => "SELECT plan FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Image => "SELECT image FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Spec => "SELECT spec FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Handle => "SELECT handle FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Tools => "SELECT tools FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Sbom => "SELECT sbom FROM releases WHERE deployment_id = $1 AND number = $2",
        Part::Provenance => "SELECT provenance FROM releases WHERE deployment_id = $1 AND number = $2",
    };
    let row: Option<(Option<String>,)> = fetch_optional!(connection, sql, deployment, number)?;
    read(row.and_then(|row| row.0).as_ref())
}

/// Images that are kept for a deployment: those of what answers, and of the newest releases. Of others nothing is known
/// afterwards, so that nobody goes back to what is not there.
pub(super) async fn keep_images(
    connection: &mut Connection,
    deployment: &str,
    kept: u32,
) -> Result<Vec<BuiltImage>, ApiError> {
    let built: Vec<(i64, String, String)> = fetch_all!(
        connection,
        "SELECT number, state, image FROM releases WHERE deployment_id = $1 AND image IS NOT NULL ORDER BY number DESC",
        deployment
    )?;
    let mut images = Vec::new();
    for (at, (number, state, image)) in built.into_iter().enumerate() {
        if at < kept as usize || state == "serving" {
            images.extend(read(Some(&image))?);
            continue;
        }
        execute!(
            connection,
            "UPDATE releases SET image = NULL WHERE deployment_id = $1 AND number = $2",
            deployment,
            number
        )?;
    }
    Ok(images)
}

/// Writes what became of a release.
pub(super) async fn set_state(
    connection: &mut Connection,
    (deployment, number): (&str, i64),
    state: &str,
    reason: Option<&str>,
) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE releases SET state = $3, reason = $4 WHERE deployment_id = $1 AND number = $2",
        deployment,
        number,
        state,
        reason
    )?;
    Ok(())
}

/// Gives up a release that does not answer. One that does, and could not be registered, goes on.
pub(super) async fn give_up(
    connection: &mut Connection,
    (deployment, number): (&str, i64),
    reason: &str,
) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE releases SET state = CASE WHEN state = 'serving' THEN state ELSE 'failed' END, reason = $3
         WHERE deployment_id = $1 AND number = $2",
        deployment,
        number,
        reason
    )?;
    Ok(())
}

/// Numbers of releases that answered once, or still do, and are another one than this.
pub(super) async fn others_serving(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
) -> Result<Vec<(i64,)>, DbError> {
    fetch_all!(
        connection,
        "SELECT number FROM releases WHERE deployment_id = $1 AND number <> $2 AND state = 'serving' ORDER BY number",
        deployment,
        number
    )
}

/// The release that answered before another one, for going back to.
pub(crate) async fn before(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
) -> Result<Option<i64>, DbError> {
    let row: Option<(i64,)> = fetch_optional!(
        connection,
        "SELECT number FROM releases WHERE deployment_id = $1 AND number < $2 AND state = 'retired'
         ORDER BY number DESC LIMIT 1",
        deployment,
        number
    )?;
    Ok(row.map(|row| row.0))
}

/// Releases, newest first, before a number.
pub(crate) async fn lines(
    connection: &mut Connection,
    deployment: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<ReleaseLine>, DbError> {
    fetch_all!(
        connection,
        "SELECT number, state, reference, copy_of, commit_id, tree_digest, verdict, reason, created_at FROM releases
         WHERE deployment_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3",
        deployment,
        before,
        limit
    )
}
