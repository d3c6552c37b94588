//! What is to be done with deployments: rows that the workers of an engine claim, one at a time for each deployment.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{DeployJobId, UserId, WorkspaceId},
};

/// How long a worker keeps a job without saying that it goes on with it.
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// How often a job is begun whose worker is lost.
pub(super) const ATTEMPTS_MAX: i64 = 5;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobKind {
    /// A release is read, scanned, built, started and made to answer.
    Release,
    Restart,
    Stop,
    Start,
    Scale,
    Delete,
    /// Deleted here whatever its backend says.
    Forget,
}

impl JobKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Restart => "restart",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Scale => "scale",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }

    fn of(text: &str) -> Option<Self> {
        [Self::Release, Self::Restart, Self::Stop, Self::Start, Self::Scale, Self::Delete, Self::Forget]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// A job, as callers see it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct DeployJob {
    pub(crate) id: DeployJobId,
    pub(crate) deployment_id: String,
    /// `release`, `restart`, `stop`, `start`, `scale`, `delete` or `forget`.
    pub(crate) kind: String,
    /// The release that it is about.
    pub(crate) release: i64,
    /// `queued`, `running`, `done` or `failed`.
    pub(crate) state: String,
    /// What is being done: `waiting`, `fetching`, `scanning`, `planning`, `building`, `starting`, `registering`, …
    pub(crate) step: String,
    pub(crate) queued_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finished_at: Option<Timestamp>,
    /// Why it failed: JSON with a stable `code`, a `message`, and what belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Queues a job.
pub(crate) async fn enqueue(
    transaction: &mut Connection,
    (workspace, deployment, engine): (&WorkspaceId, &str, &str),
    (kind, release): (JobKind, i64),
    by: &UserId,
    now: Timestamp,
) -> Result<DeployJob, ApiError> {
    let job: DeployJob = fetch_one!(
        transaction,
        "INSERT INTO deploy_jobs (id, workspace_id, deployment_id, engine, kind, release, state, step, attempts,
            queued_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', 'waiting', 0, $7, $8)
         RETURNING id, deployment_id, kind, release, state, step, queued_at, finished_at, error",
        DeployJobId::new(now)?,
        workspace,
        deployment,
        engine,
        kind.as_str(),
        release,
        now,
        by
    )?;
    Ok(job)
}

/// A job of the workspace.
pub(crate) async fn job(
    connection: &mut Connection,
    tenant: &Tenant,
    id: &DeployJobId,
) -> Result<Option<DeployJob>, DbError> {
    fetch_optional!(
        connection,
        "SELECT id, deployment_id, kind, release, state, step, queued_at, finished_at, error FROM deploy_jobs
         WHERE workspace_id = $1 AND id = $2",
        &tenant.id,
        id
    )
}

/// Jobs of a deployment that wait or run.
pub(crate) async fn pending(connection: &mut Connection, deployment: &str) -> Result<i64, DbError> {
    let (count,): (i64,) = fetch_one!(
        connection,
        "SELECT COUNT(*) FROM deploy_jobs WHERE deployment_id = $1 AND state IN ('queued', 'running')",
        deployment
    )?;
    Ok(count)
}

/// Refuses what a workspace may not have more of.
pub(crate) async fn refuse_beyond_quota(
    transaction: &mut Connection,
    tenant: &Tenant,
    most: u32,
) -> Result<(), ApiError> {
    let (count,): (i64,) =
        fetch_one!(transaction, "SELECT COUNT(*) FROM deployments WHERE workspace_id = $1", &tenant.id)?;
    match count < i64::from(most) {
        true => Ok(()),
        false => Err(ApiError::conflict(format!(
            "the workspace has {count} deployments, and may have {most}; delete one, or ask the operator for more"
        ))),
    }
}

/// A job that a worker has.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) id: DeployJobId,
    pub(super) workspace_id: WorkspaceId,
    pub(super) deployment_id: String,
    kind: String,
    pub(super) release: i64,
    pub(super) attempts: i64,
}

impl Claimed {
    pub(super) fn kind(&self) -> Option<JobKind> {
        JobKind::of(&self.kind)
    }
}

/// Which jobs a worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Everything,
    /// All but releases, which build: what is to start, or to end, does not wait behind them.
    Quick,
}

/// Claims the job that waits for longest at an engine, where no earlier one of the same deployment waits or runs.
pub(super) async fn claim(
    connection: &mut Connection,
    engine: &str,
    takes: Takes,
    now: Timestamp,
) -> Result<Option<Claimed>, DbError> {
    loop {
        let waiting: Option<(DeployJobId,)> = fetch_optional!(
            connection,
            "SELECT id FROM deploy_jobs
             WHERE engine = $1 AND state IN ('queued', 'running') AND (state = 'queued' OR lease_until <= $2)
               AND ($3 = 0 OR kind <> 'release')
               AND NOT EXISTS (SELECT 1 FROM deploy_jobs AS earlier
                               WHERE earlier.deployment_id = deploy_jobs.deployment_id AND earlier.id < deploy_jobs.id
                                 AND earlier.state IN ('queued', 'running'))
             ORDER BY id LIMIT 1",
            engine,
            now,
            i64::from(takes == Takes::Quick)
        )?;
        let Some((id,)) = waiting else { return Ok(None) };
        let claimed: Option<Claimed> = fetch_optional!(
            connection,
            "UPDATE deploy_jobs SET state = 'running', attempts = attempts + 1, lease_until = $3
             WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until <= $2))
             RETURNING id, workspace_id, deployment_id, kind, release, attempts",
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

/// Says that a worker goes on with its job. False where it was thought lost, and another one has it.
pub(super) async fn renew(
    connection: &mut Connection,
    claimed: &Claimed,
    now: Timestamp,
) -> Result<bool, DbError> {
    let kept = execute!(
        connection,
        "UPDATE deploy_jobs SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'",
        &claimed.id,
        claimed.attempts,
        now.after(LEASE)
    )?;
    Ok(kept > 0)
}

/// Writes what is being done.
pub(super) async fn step(
    connection: &mut Connection,
    claimed: &Claimed,
    step: &str,
) -> Result<bool, DbError> {
    let kept = execute!(
        connection,
        "UPDATE deploy_jobs SET step = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'",
        &claimed.id,
        claimed.attempts,
        step
    )?;
    Ok(kept > 0)
}

/// Ends a job, or queues it again. False where another worker has it.
pub(super) async fn finish(
    connection: &mut Connection,
    claimed: &Claimed,
    (state, error): (&str, Option<&str>),
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = execute!(
        connection,
        "UPDATE deploy_jobs SET state = $3, error = $4, lease_until = NULL,
                step = CASE WHEN $3 = 'queued' THEN 'waiting' ELSE 'finished' END,
                finished_at = CASE WHEN $3 = 'queued' THEN NULL ELSE $5 END
         WHERE id = $1 AND attempts = $2 AND state = 'running'",
        &claimed.id,
        claimed.attempts,
        state,
        error,
        now
    )?;
    Ok(ended > 0)
}

/// Gives the jobs of a worker back that ended in good order, or was found dead: nobody else has this engine.
pub(super) async fn give_back(connection: &mut Connection, engine: &str) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE deploy_jobs SET lease_until = 0 WHERE engine = $1 AND state = 'running'",
        engine
    )?;
    Ok(())
}

/// Forgets jobs that ended long ago.
pub(super) async fn sweep(connection: &mut Connection, before: Timestamp) -> Result<(), DbError> {
    execute!(connection, "DELETE FROM deploy_jobs WHERE finished_at < $1", before)?;
    Ok(())
}
