//! How often a caller may come, counted over all replicas.
//!
//! A row for each caller says when its next request would be due if all came evenly (the generic cell rate algorithm);
//! a request is refused when that lies more than a burst ahead. So that not every request writes a row, a replica takes
//! a few at a time and spends them itself: what it holds was counted already, so that the limit holds exactly.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::ApiError;
use crate::{
    clock::{Clock, Timestamp},
    db::{Db, DbError, execute, fetch_optional},
};

/// A limit: so many in a minute, in a burst if need be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) per_minute: u32,
    /// How many a replica takes at a time.
    pub(crate) share: u32,
}

impl Rate {
    /// A limit whose every request is counted at once.
    pub(crate) fn one_by_one(per_minute: u32) -> Self {
        Self { per_minute: per_minute.max(1), share: 1 }
    }
}

/// How long a replica may keep what it took.
const SHARE_LASTS: Duration = Duration::from_secs(10);

/// Callers that are remembered here at most; more only means more rows written.
const HELD_MAX: usize = 10_000;

/// Counts.
pub(crate) struct Limiter {
    db: Db,
    clock: Clock,
    held: Mutex<HashMap<String, Held>>,
}

struct Held {
    left: u32,
    until: Timestamp,
}

impl Limiter {
    pub(crate) fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, held: Mutex::new(HashMap::new()) }
    }

    /// Counts one request of the caller that `bucket` names.
    ///
    /// # Errors
    /// When it is one too many; the error says how long to wait.
    pub(crate) async fn take(&self, bucket: &str, rate: Rate) -> Result<(), ApiError> {
        let now = self.clock.now();
        if self.spend_held(bucket, now) {
            return Ok(());
        }
        let share = rate.share.clamp(1, rate.per_minute.max(1));
        if self.reserve(bucket, rate, share, now).await? {
            if share > 1 {
                self.hold(bucket, share - 1, now);
            }
            return Ok(());
        }
        // Near the end of a burst there may be fewer left than a share.
        if share > 1 && self.reserve(bucket, rate, 1, now).await? {
            return Ok(());
        }
        Err(ApiError::too_many_requests(self.wait_s(bucket, rate, now).await?))
    }

    fn spend_held(&self, bucket: &str, now: Timestamp) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get_mut(bucket) {
            Some(share) if share.left > 0 && share.until > now => {
                share.left -= 1;
                true
            }
            _ => false,
        }
    }

    fn hold(&self, bucket: &str, left: u32, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_MAX {
            held.retain(|_, share| share.left > 0 && share.until > now);
        }
        if held.len() < HELD_MAX {
            held.insert(bucket.to_owned(), Held { left, until: now.after(SHARE_LASTS) });
        }
    }

    async fn reserve(&self, bucket: &str, rate: Rate, count: u32, now: Timestamp) -> Result<bool, DbError> {
        let each = each_ms(rate);
        let ahead = each * i64::from(count);
        let burst = each * i64::from(rate.per_minute);
        let mut connection = self.db.connection().await?;
        let row: Option<(i64,)> = fetch_optional!(
            connection,
            "INSERT INTO rate_limits (bucket, due_at) VALUES ($1, $2 + $3)
             ON CONFLICT (bucket) DO UPDATE SET due_at =
                 CASE WHEN rate_limits.due_at > $2 THEN rate_limits.due_at ELSE $2 END + $3
             WHERE CASE WHEN rate_limits.due_at > $2 THEN rate_limits.due_at ELSE $2 END + $3 <= $2 + $4
             RETURNING due_at",
            bucket,
            now,
            ahead,
            burst
        )?;
        Ok(row.is_some())
    }

    async fn wait_s(&self, bucket: &str, rate: Rate, now: Timestamp) -> Result<u64, DbError> {
        let mut connection = self.db.connection().await?;
        let row: Option<(i64,)> =
            fetch_optional!(connection, "SELECT due_at FROM rate_limits WHERE bucket = $1", bucket)?;
        let each = each_ms(rate);
        let due = row.map_or(now.0, |row| row.0);
        let wait_ms = due + each - now.0 - each * i64::from(rate.per_minute);
        Ok(u64::try_from(wait_ms).unwrap_or(0).div_ceil(1_000).max(1))
    }

    /// Forgets callers that have not come for a while: a row that is due says nothing.
    pub(crate) async fn sweep(&self) -> Result<u64, DbError> {
        let mut connection = self.db.connection().await?;
        execute!(connection, "DELETE FROM rate_limits WHERE due_at < $1", self.clock.now())
    }
}

/// Milliseconds between two requests that come evenly.
fn each_ms(rate: Rate) -> i64 {
    i64::from(60_000 / rate.per_minute.clamp(1, 60_000))
}
