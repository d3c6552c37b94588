//! Scans that publish nothing: rows that workers claim, kept for a week.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    fetch::fetch,
    process::{Input, ScanOutcome, in_a_process},
    work::Work,
};
use crate::{
    app::App,
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{ScanJobId, UserId},
};

/// How long a worker keeps a job: longer than a clone and a scan may take together.
const LEASE: Duration = Duration::from_secs(600);

/// How often a job is begun whose process ends without an answer.
const ATTEMPTS_MAX: i64 = 3;

/// Jobs of a workspace that may wait.
const WAITING_MAX: i64 = 50;

/// How long a finished job is kept.
const KEPT: Duration = Duration::from_secs(7 * 86_400);

/// What is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobKind {
    /// An archive of source.
    Archive,
    /// A package or a repository, fetched by the server.
    Reference,
    /// What a server lists.
    Tools,
}

impl JobKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Reference => "reference",
            Self::Tools => "tools",
        }
    }
}

/// A scan that publishes nothing.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct ScanJob {
    pub(crate) id: ScanJobId,
    /// `archive`, `reference` or `tools`.
    pub(crate) kind: String,
    /// The package or repository; empty for the others.
    pub(crate) reference: String,
    /// `queued`, `running`, `done` or `failed`.
    pub(crate) state: String,
    /// What is being done: `waiting`, `fetching`, `scanning`, `finished`.
    pub(crate) step: String,
    pub(crate) queued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finished_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// `safe`, `warning` or `blocked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    /// The report, as `sigyl scan --format json` writes it; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[sqlx(skip)]
    pub(crate) report: Option<Value>,
}

/// Queues a job.
pub(crate) async fn enqueue_job(
    transaction: &mut Connection,
    tenant: &Tenant,
    by: &UserId,
    (kind, reference, input): (JobKind, &str, &[u8]),
    now: Timestamp,
) -> Result<ScanJob, ApiError> {
    let (waiting,): (i64,) = fetch_one!(
        transaction,
        "SELECT COUNT(*) FROM scan_jobs WHERE workspace_id = $1 AND state IN ('queued', 'running')",
        &tenant.id
    )?;
    if waiting >= WAITING_MAX {
        return Err(ApiError::conflict(
            "50 scans of this workspace wait already; come back when some are done",
        ));
    }
    let job: ScanJob = fetch_one!(
        transaction,
        "INSERT INTO scan_jobs (id, workspace_id, user_id, kind, reference, input, state, step, attempts, queued_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', 'waiting', 0, $7)
         RETURNING id, kind, reference, state, step, queued_at, finished_at, error, verdict",
        ScanJobId::new(now)?,
        &tenant.id,
        by,
        kind.as_str(),
        reference,
        input,
        now
    )?;
    Ok(job)
}

/// A job of the workspace, with its report.
pub(crate) async fn job(
    connection: &mut Connection,
    tenant: &Tenant,
    id: &ScanJobId,
) -> Result<Option<ScanJob>, ApiError> {
    let job: Option<ScanJob> = fetch_optional!(
        connection,
        "SELECT id, kind, reference, state, step, queued_at, finished_at, error, verdict FROM scan_jobs
         WHERE workspace_id = $1 AND id = $2",
        &tenant.id,
        id
    )?;
    let Some(mut job) = job else { return Ok(None) };
    let report: Option<(Option<String>,)> =
        fetch_optional!(connection, "SELECT report FROM scan_jobs WHERE id = $1", id)?;
    let report = report.and_then(|row| row.0).map(|text| serde_json::from_str(&text)).transpose();
    job.report = report.map_err(|error| ApiError::internal(&error))?;
    Ok(Some(job))
}

/// Jobs of the workspace, latest first, before an id.
pub(crate) async fn jobs(
    connection: &mut Connection,
    tenant: &Tenant,
    before: &str,
    limit: i64,
) -> Result<Vec<ScanJob>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, kind, reference, state, step, queued_at, finished_at, error, verdict FROM scan_jobs
         WHERE workspace_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
        &tenant.id,
        before,
        limit
    )
}

/// A job that a worker has.
#[derive(sqlx::FromRow)]
struct Claimed {
    id: ScanJobId,
    kind: String,
    reference: String,
    input: Vec<u8>,
    attempts: i64,
}

async fn claim(connection: &mut Connection, now: Timestamp) -> Result<Option<Claimed>, DbError> {
    loop {
        let waiting: Option<(ScanJobId,)> = fetch_optional!(
            connection,
            "SELECT id FROM scan_jobs
             WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until <= $1)
             ORDER BY queued_at LIMIT 1",
            now
        )?;
        let Some((id,)) = waiting else { return Ok(None) };
        let claimed: Option<Claimed> = fetch_optional!(
            connection,
            "UPDATE scan_jobs SET state = 'running', attempts = attempts + 1, lease_until = $3,
                    step = CASE WHEN kind = 'reference' THEN 'fetching' ELSE 'scanning' END
             WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until <= $2))
             RETURNING id, kind, reference, input, attempts",
            &id,
            now,
            now.after(LEASE)
        )?;
        // Where another worker was faster, there may be another job.
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
}

/// Makes the job that waits for longest.
pub(super) async fn work(app: &App) -> Result<Work, ApiError> {
    let mut connection = app.db.connection().await?;
    let Some(claimed) = claim(&mut connection, app.clock.now()).await? else { return Ok(Work::None) };
    // A scan takes seconds; nobody waits for its connection.
    drop(connection);
    let (program, input) = (app.config.scan_program.as_ref(), claimed.input.as_slice());
    let outcome = match claimed.kind.as_str() {
        "tools" => in_a_process(program, Input::Tools, input).await,
        "reference" => match fetch(app, &claimed.reference, None).await {
            Ok(fetched) => {
                step(app, &claimed, "scanning").await?;
                in_a_process(program, fetched.kind, &fetched.bytes).await
            }
            Err(why) => Ok(ScanOutcome::Refused(why)),
        },
        _ => in_a_process(program, Input::Archive, input).await,
    };
    let (state, error, report) = match outcome {
        Ok(ScanOutcome::Report(report, _)) => ("done", None, Some(report)),
        Ok(ScanOutcome::Refused(why)) => ("failed", Some(why), None),
        Err(why) => {
            tracing::warn!(job = claimed.id.as_str(), reason = why, "a scan failed");
            (if claimed.attempts >= ATTEMPTS_MAX { "failed" } else { "queued" }, Some(why), None)
        }
    };
    let text = report.as_ref().map(serde_json::to_string).transpose();
    let text = text.map_err(|error| ApiError::internal(&error))?;
    let now = app.clock.now();
    let mut connection = app.db.connection().await?;
    // Of a worker that was thought lost, nothing counts any more.
    execute!(
        connection,
        "UPDATE scan_jobs SET state = $3, error = $4, verdict = $5, report = $6, finished_at = $7, lease_until = NULL,
                step = $8, input = $9
         WHERE id = $1 AND state = 'running' AND attempts = $2",
        &claimed.id,
        claimed.attempts,
        state,
        error,
        report.as_ref().map(|report| report.verdict.as_str()),
        text,
        (state != "queued").then_some(now),
        if state == "queued" { "waiting" } else { "finished" },
        if state == "queued" { input } else { &[] }
    )?;
    Ok(Work::Done)
}

async fn step(app: &App, claimed: &Claimed, step: &str) -> Result<(), DbError> {
    let mut connection = app.db.connection().await?;
    execute!(
        connection,
        "UPDATE scan_jobs SET step = $3 WHERE id = $1 AND state = 'running' AND attempts = $2",
        &claimed.id,
        claimed.attempts,
        step
    )?;
    Ok(())
}

/// Forgets jobs that were finished long ago.
///
/// # Errors
/// When the database fails; they are forgotten the next time.
pub(crate) async fn sweep_jobs(app: &App) -> Result<(), DbError> {
    let mut connection = app.db.connection().await?;
    execute!(connection, "DELETE FROM scan_jobs WHERE finished_at < $1", app.clock.now().before(KEPT))?;
    Ok(())
}
