//! Watches what runs: many at a time, each at its time, so that one that is slow holds up no other.

use std::time::Duration;

use tokio::task::JoinSet;

use super::{
    jobs, look,
    store::{self, Row},
};
use crate::{
    app::App,
    clock::Timestamp,
    db::{DbError, execute},
    http::ApiError,
    telemetry,
};

/// How often a server is looked at that is well.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How long whoever looks has for it before another one looks: longer than a restart takes that is waited for. Chosen.
const LOOK_MAX: Duration = Duration::from_secs(600);

/// Deployments that are looked at at a time. Chosen: a look is waiting, for an answer or for a restart.
const AT_A_TIME: usize = 16;

/// How often it is asked for deployments whose time has come.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// Looks at what is due, until nothing is. Whether something was.
pub(crate) async fn watch(app: &App) -> Result<bool, ApiError> {
    let (mut looks, mut any) = (JoinSet::new(), false);
    loop {
        any |= begin(app, &mut looks).await?;
        if looks.join_next().await.is_none() {
            return Ok(any);
        }
    }
}

/// Looks at what is due, without end.
pub(crate) async fn watch_on(app: &App) {
    let mut looks = JoinSet::new();
    loop {
        // What failed is in the log, and tried again.
        let _ = begin(app, &mut looks).await;
        tokio::select! {
            Some(_) = looks.join_next() => {}
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
    }
}

/// Begins to look at what is due, as far as there is room. Whether something was.
async fn begin(app: &App, looks: &mut JoinSet<()>) -> Result<bool, ApiError> {
    let mut any = false;
    for engine in app.backends.engines() {
        let room = AT_A_TIME.saturating_sub(looks.len());
        if room == 0 {
            break;
        }
        for (row, until) in due(app, engine, room).await? {
            any = true;
            looks.spawn(one(app.clone(), row, until));
        }
    }
    Ok(any)
}

/// Deployments whose time has come and that nobody else looks at, and until when they are this process's.
async fn due(app: &App, engine: &str, room: usize) -> Result<Vec<(Row, Timestamp)>, ApiError> {
    let mut connection = app.db.connection().await?;
    let limit = i64::try_from(room).unwrap_or(1);
    let mut taken = Vec::new();
    for row in store::watched(&mut connection, engine, app.clock.now(), limit).await? {
        let now = app.clock.now();
        let is_worked_on = jobs::pending(&mut connection, &row.id).await? > 0;
        let until = now.after(if is_worked_on { LOOK_EVERY } else { LOOK_MAX });
        // Whoever moves the time looks; another replica sees it moved.
        let moved = execute!(
            connection,
            "UPDATE deployments SET look_at = $2 WHERE id = $1 AND look_at <= $3",
            &row.id,
            until,
            now
        )?;
        if moved > 0 && !is_worked_on {
            taken.push((row, until));
        }
    }
    Ok(taken)
}

/// One look; where it does not say when the next one is, that is in a while.
async fn one(app: App, row: Row, until: Timestamp) {
    let looked = async {
        telemetry::note("sigyl.deployment", row.id.as_str());
        // A job that has it is told of by its own end.
        let Some(_hold) = app.holds.try_take(&row.id) else { return Ok(()) };
        let mut connection = app.db.connection().await?;
        let row = store::of_workspace(&mut connection, &row.workspace_id, &row.id).await?;
        drop(connection);
        match row.filter(|row| row.wanted == "running") {
            // A long way down, for which a worker's stack is not meant.
            Some(row) => Box::pin(look::look(&app, &row)).await,
            None => Ok(()),
        }
    };
    // What failed is in the log.
    let _: Result<(), ApiError> = app.traces.job("look", Box::pin(looked), |()| true).await;
    let _: Result<(), DbError> = async {
        let mut connection = app.db.connection().await?;
        let next = app.clock.now().after(LOOK_EVERY);
        execute!(
            connection,
            "UPDATE deployments SET look_at = $2 WHERE id = $1 AND look_at = $3",
            &row.id,
            next,
            until
        )?;
        Ok(())
    }
    .await;
}
