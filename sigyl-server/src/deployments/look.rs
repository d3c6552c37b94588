//! One look at a deployment: an exchange of MCP, a restart where it does not answer, and an end to restarts.

use std::time::Duration;

use sigyl_deploy::{
    backend::{Backend, Observed},
    health::Probe,
};

use super::{
    events, idle,
    pipeline::Failed,
    release::reason_of,
    secret_source::Stored,
    store::{self, Change, Row},
    watch::LOOK_EVERY,
    work::{answers_again, serving},
};
use crate::{
    app::App,
    clock::Timestamp,
    db::{Connection, DbError, execute},
    http::ApiError,
};

/// How soon one is looked at again that was not well; doubled each time.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The longest time between two looks.
const LOOK_AT_MOST: Duration = Duration::from_secs(300);

/// Exchanges that fail in a row before it is restarted.
const FAILURES_MAX: i64 = 3;

/// Restarts within [`RESTARTS_WITHIN`] after which it is given up: Kubernetes' order of magnitude, chosen.
const RESTARTS_MAX: i64 = 5;
const RESTARTS_WITHIN: Duration = Duration::from_secs(600);

/// Looks at a deployment that nobody else has. No connection to the database is held while it is waited for.
pub(super) async fn look(app: &App, row: &Row) -> Result<(), ApiError> {
    let backend = match app.backends.get(&row.backend).await {
        Ok(backend) => backend,
        Err(why) => return unwell(app, row, &why, None).await,
    };
    let backend = backend.as_ref();
    if row.idle_since.is_some() {
        return idle::keep(app, row, backend).await;
    }
    let Ok((spec, handle)) = serving(app, row).await else { return Ok(()) };
    let probed = match backend.upstream(&spec, &handle).await {
        Ok(upstream) => {
            let probed = app.prober.probe(&upstream, &spec.path, spec.health.timeout).await;
            probed.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let probe = match probed {
        Ok(probe) => probe,
        Err(error) => {
            let observed = backend.observe(&spec, &handle).await.ok();
            return unwell(app, row, &error, Some((backend, observed))).await;
        }
    };
    if row.health != "healthy" {
        tell(app, row, ("state", "healthy")).await?;
    }
    if !app.is_attached(&row.id) || row.state != "running" {
        // The address ended with the process that had it.
        if let Err(error) = backend.promote(&spec, &handle).await {
            return unwell(app, row, &error.to_string(), None).await;
        }
        app.attach(&row.id);
    }
    let mut connection = app.db.connection().await?;
    if row.state != "running" {
        let change = Change { state: Some("running"), reason: Some(None), ..Change::default() };
        store::change(&mut connection, &row.id, &change, app.clock.now()).await?;
    }
    well(&mut connection, &row.id, &probe, app.clock.now()).await?;
    drop(connection);
    if row.state != "running" {
        tell(app, row, ("state", "running")).await?;
    }
    match idle::is_unused(app, row, backend) {
        true => idle::rest(app, row, backend, (&spec, &handle)).await,
        false => Ok(()),
    }
}

/// Keeps what a good exchange told.
pub(super) async fn well(
    connection: &mut Connection,
    id: &str,
    probe: &Probe,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE deployments SET health = 'healthy', health_reason = NULL, http_status = $2, response_time_ms = $3,
                checked_at = $4, failures = 0, look_at = $5 WHERE id = $1",
        id,
        i64::from(probe.http_status),
        i64::try_from(probe.response_time_ms).unwrap_or(i64::MAX),
        now,
        now.after(LOOK_EVERY)
    )?;
    Ok(())
}

async fn unwell(
    app: &App,
    row: &Row,
    why: &str,
    known: Option<(&dyn Backend, Option<Observed>)>,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let failures = row.failures + 1;
    let doubled = LOOK_AGAIN * 2_u32.saturating_pow(u32::try_from(failures - 1).unwrap_or(0).min(10));
    let mut connection = app.db.connection().await?;
    execute!(
        connection,
        "UPDATE deployments SET health = 'unhealthy', health_reason = $2, http_status = NULL, response_time_ms = NULL,
                checked_at = $3, failures = $4, look_at = $5 WHERE id = $1",
        &row.id,
        why,
        now,
        failures,
        now.after(doubled.min(LOOK_AT_MOST))
    )?;
    drop(connection);
    if row.health != "unhealthy" {
        tell(app, row, ("state", "unhealthy")).await?;
    }
    let Some((backend, observed)) = known else { return Ok(()) };
    let is_gone = matches!(observed, Some(Observed::Gone | Observed::Ended { .. } | Observed::Stopped));
    if !is_gone && failures < FAILURES_MAX {
        return Ok(());
    }
    // What ended with the server that had started it is no failure of its own.
    let is_ours = app.is_attached(&row.id);
    let recently = row.restarted_at.is_some_and(|at| now.since(at) < RESTARTS_WITHIN);
    let restarts = match (is_ours, recently) {
        (false, _) => row.restarts,
        (true, true) => row.restarts + 1,
        (true, false) => 1,
    };
    if restarts > RESTARTS_MAX {
        return give_up(app, row, why).await;
    }
    let mut connection = app.db.connection().await?;
    execute!(
        connection,
        "UPDATE deployments SET restarts = $2, restarted_at = $3, failures = 0 WHERE id = $1",
        &row.id,
        restarts,
        now
    )?;
    drop(connection);
    tell(app, row, ("line", &format!("restarting: {why}"))).await?;
    if let Err(failed) = again(app, row, backend, observed).await {
        tracing::warn!(deployment = row.id, reason = ?failed, "a restart failed");
        let why = match failed {
            Failed::Told(told) => reason_of(&told),
            Failed::Again(why) => why,
            // Another one works on it, and says itself how it is.
            Failed::Lost => return Ok(()),
        };
        let mut connection = app.db.connection().await?;
        execute!(connection, "UPDATE deployments SET health_reason = $2 WHERE id = $1", &row.id, &why)?;
    }
    Ok(())
}

/// Leaves a deployment alone that does not come back; somebody must act.
async fn give_up(app: &App, row: &Row, why: &str) -> Result<(), ApiError> {
    let reason = format!("it was restarted {RESTARTS_MAX} times in ten minutes, and does not answer: {why}");
    let change = Change {
        state: Some("failed"),
        wanted: Some("stopped"),
        reason: Some(Some(&reason)),
        ..Change::default()
    };
    let mut connection = app.db.connection().await?;
    store::change(&mut connection, &row.id, &change, app.clock.now()).await?;
    drop(connection);
    tell(app, row, ("state", "failed")).await
}

/// Restarts it, or starts it where nothing of it is left.
async fn again(
    app: &App,
    row: &Row,
    backend: &dyn Backend,
    observed: Option<Observed>,
) -> Result<(), Failed> {
    let (spec, handle) = serving(app, row).await?;
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let handle = match observed {
        Some(Observed::Gone | Observed::Stopped) | None => {
            backend.start(&spec, &stored, &sigyl_deploy::backend::Silent).await?
        }
        _ => backend.restart(&spec, &handle, &stored).await?,
    };
    answers_again(app, row, backend, &spec, &handle).await
}

/// Tells what happened to it: who follows it, and where it is a state, webhooks.
pub(super) async fn tell(app: &App, row: &Row, event: (&str, &str)) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut connection = app.db.connection().await?;
    events::add(&mut connection, &row.id, "", event, now).await?;
    if event.0 == "state" {
        super::webhooks::queue(&mut connection, row, event.1, now).await?;
    }
    app.events.notify_waiters();
    Ok(())
}
