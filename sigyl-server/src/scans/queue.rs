//! The queue: rows that workers claim.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sigyl_core::ScanReport;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_optional},
    http::{ApiError, Tenant},
    id::{UserId, WorkspaceId},
};

/// How long a worker keeps a scan before another one may take it: longer than a scan may take.
const LEASE: Duration = Duration::from_secs(300);

/// How often a scan is begun whose process ends without an answer.
const ATTEMPTS_MAX: i64 = 3;

/// How far a scan is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ScanState {
    /// `queued`, `running`, `done` or `failed`.
    pub(crate) state: String,
    pub(crate) queued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finished_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// `safe`, `warning` or `blocked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    /// The report, as `sigyl scan --format json` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<Value>,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    state: String,
    queued_at: Timestamp,
    finished_at: Option<Timestamp>,
    error: Option<String>,
    verdict: Option<String>,
    report: Option<String>,
}

/// Keeps an archive as the source of a version, and queues its scan. A version has one source.
pub(crate) async fn enqueue(
    transaction: &mut Connection,
    tenant: &Tenant,
    (name, version): (&str, &str),
    archive: &[u8],
    by: &UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let kept = execute!(
        transaction,
        "INSERT INTO sources (name, version, sha256, size_bytes, archive, uploaded_at, uploaded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name, version) DO NOTHING",
        name,
        version,
        sigyl_core::Digest::of(archive).as_str(),
        i64::try_from(archive.len()).unwrap_or(i64::MAX),
        archive,
        now,
        by
    )?;
    if kept == 0 {
        return Err(ApiError::conflict("this version has its source already; publish another version"));
    }
    execute!(
        transaction,
        "INSERT INTO scans (name, version, workspace_id, state, attempts, queued_at)
         VALUES ($1, $2, $3, 'queued', 0, $4)",
        name,
        version,
        &tenant.id,
        now
    )?;
    Ok(())
}

/// How far the scan of a version is; none where it has no source.
pub(crate) async fn state(
    connection: &mut Connection,
    name: &str,
    version: &str,
) -> Result<Option<ScanState>, ApiError> {
    let row: Option<StateRow> = fetch_optional!(
        connection,
        "SELECT state, queued_at, finished_at, error, verdict, report FROM scans WHERE name = $1 AND version = $2",
        name,
        version
    )?;
    let Some(row) = row else { return Ok(None) };
    let report = row.report.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(ScanState {
        state: row.state,
        queued_at: row.queued_at,
        finished_at: row.finished_at,
        error: row.error,
        verdict: row.verdict,
        report: report.map_err(|error| ApiError::internal(&error))?,
    }))
}

/// The report of a version's scan; none where it has none.
pub(crate) async fn report(
    connection: &mut Connection,
    name: &str,
    version: &str,
) -> Result<Option<ScanReport>, ApiError> {
    let row: Option<(Option<String>,)> = fetch_optional!(
        connection,
        "SELECT report FROM scans WHERE name = $1 AND version = $2",
        name,
        version
    )?;
    let report = row.and_then(|row| row.0).map(|text| serde_json::from_str(&text)).transpose();
    report.map_err(|error| ApiError::internal(&error))
}

/// The source of a version as it was uploaded, with its digest.
pub(crate) async fn source(
    connection: &mut Connection,
    name: &str,
    version: &str,
) -> Result<Option<(String, Vec<u8>)>, DbError> {
    fetch_optional!(
        connection,
        "SELECT sha256, archive FROM sources WHERE name = $1 AND version = $2",
        name,
        version
    )
}

/// A scan that a worker has.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) workspace_id: WorkspaceId,
    pub(super) attempts: i64,
}

impl Claimed {
    /// Whether it is given up when this attempt fails, too.
    pub(super) fn is_last(&self) -> bool {
        self.attempts >= ATTEMPTS_MAX
    }
}

/// Claims the scan that waits for longest. One whose worker was lost waits again when the lease is over.
pub(super) async fn claim(connection: &mut Connection, now: Timestamp) -> Result<Option<Claimed>, DbError> {
    loop {
        let waiting: Option<(String, String)> = fetch_optional!(
            connection,
            "SELECT name, version FROM scans
             WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until <= $1)
             ORDER BY queued_at LIMIT 1",
            now
        )?;
        let Some((name, version)) = waiting else { return Ok(None) };
        let claimed: Option<Claimed> = fetch_optional!(
            connection,
            "UPDATE scans SET state = 'running', attempts = attempts + 1, lease_until = $4
             WHERE name = $1 AND version = $2 AND (state = 'queued' OR (state = 'running' AND lease_until <= $3))
             RETURNING name, version, workspace_id, attempts",
            &name,
            &version,
            now,
            now.after(LEASE)
        )?;
        // Where another worker was faster, there may be another scan.
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
}

/// The archive of a scan; none where its version is gone.
pub(super) async fn archive(
    connection: &mut Connection,
    claimed: &Claimed,
) -> Result<Option<Vec<u8>>, DbError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(
        connection,
        "SELECT archive FROM sources WHERE name = $1 AND version = $2",
        &claimed.name,
        &claimed.version
    )?;
    Ok(row.map(|row| row.0))
}

/// How a scan ended.
pub(super) enum End<'a> {
    /// With a report.
    Done { verdict: &'a str, report: &'a str, receipt: &'a str },
    /// For good, without one.
    Failed(&'a str),
    /// Not yet: another attempt is made.
    Again(&'a str),
}

/// Writes how a scan ended. Whether it was still this worker's.
pub(super) async fn finish(
    transaction: &mut Connection,
    claimed: &Claimed,
    end: &End<'_>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let (state, error, verdict, report, receipt) = match end {
        End::Done { verdict, report, receipt } => {
            ("done", None, Some(*verdict), Some(*report), Some(*receipt))
        }
        End::Failed(error) => ("failed", Some(*error), None, None, None),
        End::Again(error) => ("queued", Some(*error), None, None, None),
    };
    let finished = (state != "queued").then_some(now);
    let changed = execute!(
        transaction,
        "UPDATE scans SET state = $4, error = $5, verdict = $6, report = $7, receipt = $8, finished_at = $9,
                lease_until = NULL
         WHERE name = $1 AND version = $2 AND state = 'running' AND attempts = $3",
        &claimed.name,
        &claimed.version,
        claimed.attempts,
        state,
        error,
        verdict,
        report,
        receipt,
        finished
    )?;
    Ok(changed == 1)
}
