//! The worker: claims a job, does it, tells how it goes and how it ended.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use sigyl_deploy::{
    backend::{Backend, DeploySpec, Handle, Observed, Progress, Silent},
    health::{NotHealthy, wait_healthy},
    line::Step,
};
use tokio::sync::mpsc;

use super::{
    address, events, idle,
    jobs::{self, ATTEMPTS_MAX, Claimed, JobKind, LEASE, Takes},
    pipeline::Failed,
    release::{self, reason_of},
    releases,
    secret_source::Stored,
    store::{self, Change, Row},
    webhooks,
};
use crate::{
    app::App,
    audit::{Caller, Chain, Event, record},
    db::execute,
    http::ApiError,
    telemetry,
};

/// Lines of output that one job tells; the rest is left out, and that is told.
const LINES_MAX: u32 = 400;

/// How long a release that goes may finish what it has begun.
pub(super) const DRAIN: Duration = Duration::from_secs(30);

/// Tells how a job goes.
pub(super) struct Reporter<'a> {
    app: &'a App,
    claimed: &'a Claimed,
    /// One way for everything that is told, so that it stays in order.
    told_by: mpsc::UnboundedSender<(&'static str, String)>,
    told: AtomicU32,
}

impl Reporter<'_> {
    /// A step begins.
    pub(super) async fn step(&self, step: &str) -> Result<(), Failed> {
        let mut connection = self.app.db.connection().await?;
        if !jobs::step(&mut connection, self.claimed, step).await? {
            return Err(Failed::Lost);
        }
        drop(connection);
        self.event("step", step);
        Ok(())
    }

    /// The deployment's state changes.
    pub(super) async fn state(&self, state: &str) -> Result<(), Failed> {
        let mut connection = self.app.db.connection().await?;
        let change = Change { state: Some(state), ..Change::default() };
        store::change(&mut connection, &self.claimed.deployment_id, &change, self.app.clock.now()).await?;
        drop(connection);
        self.event("state", state);
        Ok(())
    }

    /// A line for people.
    pub(super) fn line(&self, text: &str) {
        self.event("line", text);
    }

    /// Something happened.
    pub(super) fn event(&self, kind: &'static str, text: &str) {
        // Whoever writes them goes on for longer than the job.
        let _ = self.told_by.send((kind, text.to_owned()));
    }

    /// Takes lines of what takes long.
    pub(super) fn lines(&self) -> impl Progress + '_ {
        Lines(self)
    }
}

struct Lines<'a>(&'a Reporter<'a>);

impl Progress for Lines<'_> {
    fn step(&self, step: Step) {
        self.line(step.name());
    }

    fn line(&self, text: &str) {
        let told = self.0.told.fetch_add(1, Ordering::Relaxed);
        if told < LINES_MAX {
            self.0.line(text);
        } else if told == LINES_MAX {
            self.0.line(&format!("more than {LINES_MAX} lines; the rest is left out"));
        }
    }
}

/// Writes an event. That it cannot be written stops nothing.
async fn write(app: &App, claimed: &Claimed, kind: &str, text: &str) {
    let written = async {
        let mut connection = app.db.connection().await?;
        let now = app.clock.now();
        let id = &claimed.deployment_id;
        events::add(&mut connection, id, claimed.id.as_str(), (kind, text), now).await?;
        let state = match kind {
            "state" => text,
            "failed" => "failed",
            _ => return Ok(()),
        };
        match store::of_workspace(&mut connection, &claimed.workspace_id, id).await? {
            Some(row) => webhooks::queue(&mut connection, &row, state, now).await,
            None => Ok(()),
        }
    };
    // What failed is in the log.
    let _: Result<(), ApiError> = written.await;
    app.events.notify_waiters();
}

/// Does the job that waits for longest at one of this server's engines. Whether there was one.
pub(crate) async fn work(app: &App, takes: Takes) -> Result<bool, ApiError> {
    for engine in app.backends.engines() {
        let mut connection = app.db.connection().await?;
        let claimed = jobs::claim(&mut connection, engine, takes, app.clock.now()).await?;
        drop(connection);
        if let Some(claimed) = claimed {
            telemetry::note("sigyl.job", claimed.kind().map_or("", JobKind::as_str));
            telemetry::note("sigyl.deployment", claimed.deployment_id.as_str());
            run(app, &claimed).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

async fn run(app: &App, claimed: &Claimed) -> Result<(), ApiError> {
    let (told_by, mut told) = mpsc::unbounded_channel();
    let reporter = Reporter { app, claimed, told_by, told: AtomicU32::new(0) };
    let work = async {
        // A long way down, for which a worker's stack is not meant.
        let ended = Box::pin(act(app, claimed, &reporter)).await;
        drop(reporter);
        ended
    };
    let telling = async {
        while let Some((kind, text)) = told.recv().await {
            write(app, claimed, kind, &text).await;
        }
    };
    let keeping = async {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            let kept = async {
                let mut connection = app.db.connection().await?;
                jobs::renew(&mut connection, claimed, app.clock.now()).await
            };
            // A database that does not answer now may before the lease is over.
            if matches!(kept.await, Ok(false)) {
                return;
            }
        }
    };
    let ended = tokio::select! {
        (ended, ()) = async { tokio::join!(work, telling) } => ended,
        () = keeping => Err(Failed::Lost),
    };
    settle(app, claimed, ended).await
}

async fn act(app: &App, claimed: &Claimed, reporter: &Reporter<'_>) -> Result<(), Failed> {
    // The watch may be at it; it has an end.
    let _hold = app.holds.take(&claimed.deployment_id).await;
    let mut connection = app.db.connection().await?;
    let row = store::of_workspace(&mut connection, &claimed.workspace_id, &claimed.deployment_id).await?;
    drop(connection);
    let Some(row) = row else { return Ok(()) };
    let backend = match app.backends.get(&row.backend).await {
        Ok(backend) => backend,
        Err(why) if claimed.kind() == Some(JobKind::Forget) => {
            tracing::warn!(
                deployment = row.id,
                reason = why,
                "forgotten, though its backend cannot be asked"
            );
            return forget(app, claimed, &row).await;
        }
        Err(why) => {
            return Err(Failed::told("backend-unavailable", why, json!({ "who_acts": "operator" })));
        }
    };
    let backend = backend.as_ref();
    match claimed.kind() {
        Some(JobKind::Release) => Box::pin(release::make(app, claimed, &row, backend, reporter)).await,
        Some(JobKind::Restart) if row.idle_since.is_none() => {
            Box::pin(restart(app, &row, backend, reporter)).await
        }
        Some(JobKind::Stop) => stop(app, &row, backend, reporter).await,
        Some(JobKind::Start | JobKind::Restart) => {
            let started = Box::pin(start(app, &row, backend, reporter)).await;
            if started.is_err() {
                idle::not_coming(backend, &row).await;
            }
            started
        }
        // It has as many as it should when it is woken.
        Some(JobKind::Scale) if row.idle_since.is_some() => Ok(()),
        Some(JobKind::Scale) => scale(app, &row, backend, reporter).await,
        Some(JobKind::Delete) => {
            free(&row, backend, reporter).await?;
            forget(app, claimed, &row).await
        }
        Some(JobKind::Forget) => {
            if let Err(failed) = free(&row, backend, reporter).await {
                tracing::warn!(deployment = row.id, reason = ?failed, "forgotten, though its backend may hold more of it");
            }
            forget(app, claimed, &row).await
        }
        None => Err(Failed::told("unknown", "this version does not know what to do", Value::Null)),
    }
}

/// What the release that answers was started with.
pub(super) async fn serving(app: &App, row: &Row) -> Result<(DeploySpec, Handle), Failed> {
    let missing = || Failed::told("not-running", "no release of it ever answered", Value::Null);
    let mut connection = app.db.connection().await?;
    let release = releases::get(&mut connection, &row.id, row.serving).await?.ok_or_else(missing)?;
    let mut spec = release.spec()?.ok_or_else(missing)?;
    spec.replicas = u32::try_from(row.replicas).unwrap_or(1);
    spec.front_port = row.front_port.and_then(|port| u16::try_from(port).ok());
    Ok((spec, release.handle().ok_or_else(missing)?))
}

async fn restart(app: &App, row: &Row, backend: &dyn Backend, reporter: &Reporter<'_>) -> Result<(), Failed> {
    let (spec, handle) = serving(app, row).await?;
    reporter.step("restarting").await?;
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let handle = backend.restart(&spec, &handle, &stored).await?;
    answers_again(app, row, backend, &spec, &handle).await?;
    reporter.event("state", "running");
    Ok(())
}

/// Waits until a release that was started anew answers, and lets it.
pub(super) async fn answers_again(
    app: &App,
    row: &Row,
    backend: &dyn Backend,
    spec: &DeploySpec,
    handle: &Handle,
) -> Result<(), Failed> {
    let probe = wait_healthy(&app.prober, backend, spec, handle, &Silent).await.map_err(unhealthy)?;
    let endpoint = backend.promote(spec, handle).await?;
    let endpoint = address::public(app, row, backend, &endpoint).await?;
    let mut connection = app.db.connection().await?;
    let now = app.clock.now();
    let number = row.serving;
    releases::put(&mut connection, (&row.id, number), releases::Part::Handle, &handle.0).await?;
    let change =
        Change { state: Some("running"), endpoint: Some(&endpoint), reason: Some(None), ..Change::default() };
    store::change(&mut connection, &row.id, &change, now).await?;
    execute!(connection, "UPDATE deployments SET idle_since = NULL WHERE id = $1", &row.id)?;
    super::look::well(&mut connection, &row.id, &probe, now).await?;
    app.attach(&row.id);
    app.last_use.forget(&row.id);
    Ok(())
}

fn unhealthy(reason: NotHealthy) -> Failed {
    match reason {
        NotHealthy::Backend(error) => error.into(),
        other => Failed::told("unhealthy", other.to_string(), json!({ "who_acts": "developer" })),
    }
}

async fn stop(app: &App, row: &Row, backend: &dyn Backend, reporter: &Reporter<'_>) -> Result<(), Failed> {
    let (spec, _) = serving(app, row).await?;
    reporter.state("stopping").await?;
    idle::not_coming(backend, row).await;
    backend.retire(&spec.id, spec.release, DRAIN).await?;
    let mut connection = app.db.connection().await?;
    execute!(
        connection,
        "UPDATE deployments SET health = 'unknown', health_reason = NULL, idle_since = NULL WHERE id = $1",
        &row.id
    )?;
    drop(connection);
    reporter.state("stopped").await
}

async fn start(app: &App, row: &Row, backend: &dyn Backend, reporter: &Reporter<'_>) -> Result<(), Failed> {
    if row.wanted != "running" {
        // Somebody asked for it, and somebody else stopped it meanwhile.
        idle::not_coming(backend, row).await;
        return Ok(());
    }
    let (spec, handle) = serving(app, row).await?;
    let mut connection = app.db.connection().await?;
    execute!(connection, "UPDATE deployments SET idle_since = NULL WHERE id = $1", &row.id)?;
    drop(connection);
    reporter.state("starting").await?;
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let handle = match backend.observe(&spec, &handle).await? {
        Observed::Gone | Observed::Stopped => backend.start(&spec, &stored, &reporter.lines()).await?,
        // Somebody was quicker, and it answers.
        _ if row.state == "running" => handle,
        // What is there and did not answer is started anew.
        _ => backend.restart(&spec, &handle, &stored).await?,
    };
    answers_again(app, row, backend, &spec, &handle).await?;
    reporter.event("state", "running");
    Ok(())
}

async fn scale(app: &App, row: &Row, backend: &dyn Backend, reporter: &Reporter<'_>) -> Result<(), Failed> {
    let (spec, handle) = serving(app, row).await?;
    reporter.step("scaling").await?;
    backend.scale(&spec, &handle, spec.replicas).await?;
    answers_again(app, row, backend, &spec, &handle).await
}

/// Takes everything of it from its backend, and sees that nothing is left.
async fn free(row: &Row, backend: &dyn Backend, reporter: &Reporter<'_>) -> Result<(), Failed> {
    reporter.state("stopping").await?;
    let id = row.backend_id()?;
    backend.delete(&id).await?;
    let left = backend.owned().await?;
    let left: Vec<_> = left.into_iter().filter(|it| it.deployment == row.id).collect();
    if let Some(first) = left.first() {
        return Err(Failed::Again(format!(
            "{} of it are left, such as the {} {}",
            left.len(),
            first.kind,
            first.name
        )));
    }
    Ok(())
}

async fn forget(app: &App, claimed: &Claimed, row: &Row) -> Result<(), Failed> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    execute!(transaction, "DELETE FROM deployments WHERE id = $1", &row.id)?;
    events::forget(&mut transaction, &row.id).await?;
    let event = Event::done("deployment.deleted", "deployment", &row.id).with(json!({ "name": row.name }));
    record(&mut transaction, Chain::Workspace(&claimed.workspace_id), &Caller::system(), now, event).await?;
    transaction.commit().await?;
    Ok(())
}

async fn settle(app: &App, claimed: &Claimed, ended: Result<(), Failed>) -> Result<(), ApiError> {
    let now = app.clock.now();
    let (state, told) = match ended {
        Err(Failed::Lost) => return Ok(()),
        Ok(()) => ("done", None),
        Err(Failed::Told(told)) => ("failed", Some(told)),
        Err(Failed::Again(why)) => {
            tracing::warn!(job = claimed.id.as_str(), reason = why, "a deployment's job failed");
            let told = json!({ "code": "tried-in-vain", "message": why });
            (if claimed.attempts >= ATTEMPTS_MAX { "failed" } else { "queued" }, Some(told))
        }
    };
    let text = told.as_ref().map(Value::to_string);
    let mut transaction = app.db.begin().await?;
    if !jobs::finish(&mut transaction, claimed, (state, text.as_deref()), now).await? {
        return Ok(());
    }
    if let (Some(told), "failed") = (&told, state) {
        failed(&mut transaction, claimed, &reason_of(told), now).await?;
    }
    events::trim(&mut transaction, &claimed.deployment_id).await?;
    transaction.commit().await?;
    match state {
        // Of what is gone nothing is told any more; who follows sees that it is gone.
        "done" if matches!(claimed.kind(), Some(JobKind::Delete | JobKind::Forget)) => {
            app.events.notify_waiters()
        }
        "done" => write(app, claimed, "done", "").await,
        // The job has the rest, which may be long.
        "failed" => write(app, claimed, "failed", &told.as_ref().map(reason_of).unwrap_or_default()).await,
        _ => write(app, claimed, "line", "it is tried again").await,
    }
    Ok(())
}

/// What a job that failed leaves: the release before goes on, where there is one. What could not be deleted is there, and can
/// be deleted again.
async fn failed(
    transaction: &mut crate::db::Connection,
    claimed: &Claimed,
    reason: &str,
    now: crate::clock::Timestamp,
) -> Result<(), ApiError> {
    let id = &claimed.deployment_id;
    if claimed.kind() == Some(JobKind::Release) {
        releases::give_up(transaction, (id, claimed.release), reason).await?;
    }
    execute!(
        transaction,
        "UPDATE deployments SET reason = $2, updated_at = $3,
                state = CASE WHEN serving = 0 OR $4 <> 'release' THEN 'failed' ELSE state END,
                wanted = CASE WHEN $4 IN ('delete', 'forget') THEN 'stopped' ELSE wanted END
         WHERE id = $1",
        id,
        reason,
        now,
        claimed.kind().map_or("", JobKind::as_str)
    )?;
    Ok(())
}

/// Gives back what a worker of this engine had that ended without saying so, when the server starts.
pub(crate) async fn resume(app: &App) -> Result<(), ApiError> {
    let mut connection = app.db.connection().await?;
    for engine in app.backends.own_engines() {
        jobs::give_back(&mut connection, engine).await?;
        // What should run is looked at first of all: its address ended with the process that had it.
        execute!(
            connection,
            "UPDATE deployments SET look_at = 0 WHERE engine = $1 AND wanted = 'running'",
            engine
        )?;
    }
    // An earlier version left what it could not delete as if it were gone.
    execute!(
        connection,
        "UPDATE deployments SET wanted = 'stopped' WHERE wanted = 'deleted' AND NOT EXISTS (
             SELECT 1 FROM deploy_jobs WHERE deployment_id = deployments.id AND state IN ('queued', 'running'))"
    )?;
    Ok(())
}

/// Forgets jobs that ended more than thirty days ago.
pub(crate) async fn sweep(app: &App) -> Result<(), crate::db::DbError> {
    let mut connection = app.db.connection().await?;
    jobs::sweep(&mut connection, app.clock.now().before(Duration::from_secs(30 * 86_400))).await
}
