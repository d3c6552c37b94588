//! How often servers are fetched.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::Timestamp,
    db::{Connection, Db, DbError, execute, fetch_all},
    id::ServerId,
};

/// Days that count for a trend.
const TREND_DAYS: i64 = 7;

/// Listings whose trend is made anew at a time.
const FADING_MAX: i64 = 500;

/// Days that details show.
const DAYS_SHOWN: i64 = 30;

fn day_of(now: Timestamp) -> i64 {
    now.0.div_euclid(86_400_000)
}

/// Downloads that are counted and not written yet: not every one writes.
#[derive(Default)]
pub(crate) struct Downloads(Mutex<BTreeMap<(ServerId, i64), i64>>);

impl Downloads {
    /// Counts one.
    pub(crate) fn count(&self, server: &ServerId, now: Timestamp) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((server.clone(), day_of(now))).or_insert(0) += 1;
    }

    /// Writes what was counted, and lets trends fade.
    ///
    /// # Errors
    /// When the database fails; what was counted is written the next time.
    pub(crate) async fn flush(&self, db: &Db, now: Timestamp) -> Result<(), DbError> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if !counts.is_empty() {
            let written = write(db, &counts).await;
            if written.is_err() {
                let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                for (key, count) in counts {
                    *held.entry(key).or_insert(0) += count;
                }
                return written;
            }
        }
        fade(db, day_of(now)).await
    }
}

/// The sum of a listing's last days.
macro_rules! recent {
    () => {
        "(SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM downloads
          WHERE downloads.server_id = listings.server_id AND day > $1 - $2 AND day <= $1)"
    };
}

async fn write(db: &Db, counts: &BTreeMap<(ServerId, i64), i64>) -> Result<(), DbError> {
    let mut transaction = db.begin().await?;
    // By server, so that replicas that write at the same time do not wait for each other forever.
    for ((server, day), count) in counts {
        // One that was deleted meanwhile is not there any more.
        execute!(
            transaction,
            "INSERT INTO downloads (server_id, day, count)
             SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM servers WHERE id = $1
             ON CONFLICT (server_id, day) DO UPDATE SET count = downloads.count + excluded.count",
            server,
            *day,
            *count
        )?;
        execute!(
            transaction,
            concat!(
                "UPDATE listings SET downloads = downloads + $4, trend_day = $1, trend = ",
                recent!(),
                " WHERE server_id = $3"
            ),
            *day,
            TREND_DAYS,
            server,
            *count
        )?;
    }
    transaction.commit().await
}

/// Makes trends anew that are of a day before.
async fn fade(db: &Db, day: i64) -> Result<(), DbError> {
    let mut connection = db.connection().await?;
    let fading: Vec<(ServerId,)> = fetch_all!(
        connection,
        "SELECT server_id FROM listings WHERE trend > 0 AND trend_day < $1 ORDER BY trend_day LIMIT $2",
        day,
        FADING_MAX
    )?;
    drop(connection);
    if fading.is_empty() {
        return Ok(());
    }
    let mut servers = fading.into_iter().map(|row| row.0).collect::<Vec<_>>();
    servers.sort();
    let mut transaction = db.begin().await?;
    for server in servers {
        execute!(
            transaction,
            concat!("UPDATE listings SET trend_day = $1, trend = ", recent!(), " WHERE server_id = $3"),
            day,
            TREND_DAYS,
            &server
        )?;
    }
    transaction.commit().await
}

/// Downloads of a day.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Day {
    /// Its beginning, in UTC.
    pub(crate) day: Timestamp,
    pub(crate) count: i64,
}

/// Downloads of the last days, latest first; a day without any is left out.
pub(crate) async fn days(
    connection: &mut Connection,
    server: &ServerId,
    now: Timestamp,
) -> Result<Vec<Day>, DbError> {
    fetch_all!(
        connection,
        "SELECT day * 86400000 AS day, count FROM downloads WHERE server_id = $1 AND day > $2 ORDER BY day DESC",
        server,
        day_of(now) - DAYS_SHOWN
    )
}
