//! Which of several replicas looks through an engine that all of them reach, and what is this installation's there.

use std::time::Duration;

use crate::{
    clock::Timestamp,
    db::{Db, DbError, execute, fetch_one},
};

/// How often such an engine is looked through. Chosen: every look asks a hosting service for each of its projects, and such
/// services count requests by the hour.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

/// How early the next look may be: those who look are woken at their own pace.
const EARLY: Duration = Duration::from_secs(60);

/// After how long without a look another replica takes over. Chosen.
const TAKEN_OVER_AFTER: Duration = Duration::from_secs(3 * 3_600);

/// This installation's mark, which every replica of it has; made by the first.
pub(crate) async fn mark(db: &Db) -> Result<String, DbError> {
    let mut connection = db.connection().await?;
    if let Ok(new) = crate::id::short() {
        execute!(
            connection,
            "INSERT INTO installation (id, mark) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
            new
        )?;
    }
    let (mark,): (String,) = fetch_one!(connection, "SELECT mark FROM installation WHERE id = 1")?;
    Ok(mark)
}

/// Whether it is this process that looks through an engine, now. The one that did goes on with it, since only who looks
/// again knows since when something is nobody's.
pub(super) async fn is_mine(db: &Db, engine: &str, holder: &str, now: Timestamp) -> Result<bool, DbError> {
    let mut connection = db.connection().await?;
    let changed = execute!(
        connection,
        "INSERT INTO engine_sweeps (engine, holder, swept_at) VALUES ($1, $2, $3)
         ON CONFLICT (engine) DO UPDATE SET holder = excluded.holder, swept_at = excluded.swept_at
         WHERE (engine_sweeps.holder = excluded.holder AND engine_sweeps.swept_at <= $4)
            OR engine_sweeps.swept_at <= $5",
        engine,
        holder,
        now,
        now.before(SWEEP_EVERY - EARLY),
        now.before(TAKEN_OVER_AFTER)
    )?;
    Ok(changed > 0)
}
