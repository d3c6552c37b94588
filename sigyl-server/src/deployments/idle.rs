//! What nobody asks for is stopped after a while, and started when somebody does: the request waits for it at the front.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sigyl_deploy::backend::{Backend, DeploySpec, Handle};

use super::{
    jobs::{JobKind, enqueue},
    look::tell,
    store::{self, Row},
    work::{DRAIN, serving},
};
use crate::{app::App, clock::Timestamp, db::execute, http::ApiError, id::WorkspaceId};

/// How often it is seen to that an idle deployment's front is there.
const LOOK_EVERY: Duration = Duration::from_secs(300);

/// When each deployment was last found to have been asked for something, by this process: the count of its requests then.
#[derive(Debug, Default)]
pub(crate) struct LastUse(Mutex<HashMap<String, (u64, Timestamp)>>);

impl LastUse {
    /// How long a deployment was not asked for anything, as far as this process has seen.
    fn unused(&self, id: &str, requests: u64, is_open: bool, now: Timestamp) -> Duration {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(id) {
            Some((before, at)) if *before == requests && !is_open => now.since(*at),
            _ => {
                all.insert(id.to_owned(), (requests, now));
                Duration::ZERO
            }
        }
    }

    pub(super) fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// Whether nobody asked a deployment for as long as it may go on then.
pub(super) fn is_unused(app: &App, row: &Row, backend: &dyn Backend) -> bool {
    let Some(most) = u64::try_from(row.idle_stop).ok().filter(|minutes| *minutes > 0) else { return false };
    let (Some(fronts), Ok(id)) = (backend.fronts(), row.backend_id()) else { return false };
    let Some(used) = fronts.usage(&id) else { return false };
    let unused = app.last_use.unused(&row.id, used.requests, used.open > 0, app.clock.now());
    unused >= Duration::from_secs(most.saturating_mul(60))
}

/// Stops a deployment that nobody uses. Whoever asks for it from now on wakes it.
pub(super) async fn rest(
    app: &App,
    row: &Row,
    backend: &dyn Backend,
    (spec, handle): (&DeploySpec, &Handle),
) -> Result<(), ApiError> {
    let Some(fronts) = backend.fronts() else { return Ok(()) };
    let now = app.clock.now();
    let mut connection = app.db.connection().await?;
    // First of all: a server that is killed now finds it idle when it comes back, and ends what is left of it.
    let rests = execute!(
        connection,
        "UPDATE deployments SET state = 'stopped', idle_since = $2, health = 'unknown', health_reason = NULL,
                updated_at = $2, look_at = $3
         WHERE id = $1 AND wanted = 'running' AND state = 'running' AND idle_since IS NULL",
        &row.id,
        now,
        now.after(LOOK_EVERY)
    )?;
    drop(connection);
    if rests == 0 {
        return Ok(());
    }
    app.last_use.forget(&row.id);
    fronts.park(&spec.id, waker(app, row)).await;
    let is_asked = fronts.usage(&spec.id).is_some_and(|used| used.open > 0);
    let ended = match is_asked {
        // Somebody was quicker.
        true => Err("it is used again".to_owned()),
        false => backend.retire(&spec.id, spec.release, DRAIN).await.map_err(|error| error.to_string()),
    };
    match ended {
        Ok(()) => tell(app, row, ("state", "idle")).await,
        Err(why) => {
            tracing::info!(deployment = row.id, reason = why, "it is not stopped, though nobody used it");
            let mut connection = app.db.connection().await?;
            execute!(
                connection,
                "UPDATE deployments SET state = 'running', idle_since = NULL, look_at = $2 WHERE id = $1",
                &row.id,
                now
            )?;
            drop(connection);
            // Where this fails the next look finds it unwell.
            let _ = backend.promote(spec, handle).await;
            Ok(())
        }
    }
}

/// Sees to it that an idle deployment can be woken: its front ended with the process that had it.
pub(super) async fn keep(app: &App, row: &Row, backend: &dyn Backend) -> Result<(), ApiError> {
    if !app.is_attached(&row.id)
        && let (Some(fronts), Ok((spec, _))) = (backend.fronts(), serving(app, row).await)
    {
        let opened = fronts.open(&spec.id, spec.front_port).await;
        match opened {
            Ok(_) => {
                fronts.park(&spec.id, waker(app, row)).await;
                app.attach(&row.id);
            }
            Err(error) => {
                tracing::warn!(deployment = row.id, reason = %error, "an idle deployment cannot be woken");
                return Ok(());
            }
        }
        // Of a server that was killed while it stopped it, something may be left.
        if let Err(error) = backend.retire(&spec.id, spec.release, Duration::ZERO).await {
            tracing::warn!(deployment = row.id, reason = %error, "an idle deployment did not end");
        }
    }
    let mut connection = app.db.connection().await?;
    let next = app.clock.now().after(LOOK_EVERY);
    execute!(connection, "UPDATE deployments SET look_at = $2 WHERE id = $1", &row.id, next)?;
    Ok(())
}

/// What the first request calls.
fn waker(app: &App, row: &Row) -> sigyl_deploy::front::Waker {
    // The front belongs to what the server has, and must not keep it.
    let (app, workspace, id) = (app.weak(), row.workspace_id.clone(), row.id.clone());
    Arc::new(move |_| {
        let Some(app) = app.get() else { return };
        let (workspace, id) = (workspace.clone(), id.clone());
        tokio::spawn(async move {
            if let Err(error) = wake(&app, &workspace, &id).await {
                tracing::warn!(deployment = id, reason = error.message(), "an idle deployment was not woken");
                unpark(&app, &workspace, &id).await;
            }
        });
    })
}

/// Queues the start of an idle deployment.
async fn wake(app: &App, workspace: &WorkspaceId, id: &str) -> Result<(), ApiError> {
    let mut transaction = app.db.begin().await?;
    let row = store::of_workspace(&mut transaction, workspace, id).await?;
    let Some(row) = row.filter(|row| row.idle_since.is_some() && row.wanted == "running") else {
        return Err(ApiError::conflict("it is not idle any more"));
    };
    let place = (workspace, id, row.engine.as_str());
    enqueue(&mut transaction, place, (JobKind::Start, row.serving), &row.created_by, app.clock.now()).await?;
    transaction.commit().await?;
    app.deploy_queued.notify_one();
    Ok(())
}

/// Refuses who waits for a deployment that does not come.
async fn unpark(app: &App, workspace: &WorkspaceId, id: &str) {
    let found = async {
        let mut connection = app.db.connection().await.ok()?;
        store::of_workspace(&mut connection, workspace, id).await.ok().flatten()
    };
    if let Some(row) = found.await
        && let Ok(backend) = app.backends.get(&row.backend).await
    {
        not_coming(backend.as_ref(), &row).await;
    }
}

/// The same, of a backend that is known.
pub(super) async fn not_coming(backend: &dyn Backend, row: &Row) {
    if let (Some(fronts), Ok(id)) = (backend.fronts(), row.backend_id()) {
        fronts.unpark(&id).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_in_use() {
        let uses = LastUse::default();
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        assert_eq!(uses.unused("a", 4, false, at(0)), Duration::ZERO);
        assert_eq!(uses.unused("a", 4, false, at(60)), Duration::from_secs(60));
        assert_eq!(uses.unused("a", 5, false, at(90)), Duration::ZERO);
        assert_eq!(uses.unused("a", 5, true, at(500)), Duration::ZERO);
        assert_eq!(uses.unused("a", 5, false, at(560)), Duration::from_secs(60));
        uses.forget("a");
        assert_eq!(uses.unused("a", 5, false, at(600)), Duration::ZERO);
    }
}
