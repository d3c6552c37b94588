//! Whether the chains are whole.

use super::chain::list;
use crate::db::{Db, DbError, fetch_all};

/// Entries read at a time.
const PAGE: i64 = 1_000;

/// A chain, and where it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChainState {
    /// The workspace's id, or `instance`.
    pub chain: String,
    /// Entries that are whole, from the first.
    pub entries: i64,
    /// What is wrong after them.
    pub broken: Option<Broken>,
}

/// How a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// An entry is not there.
    Missing,
    /// An entry was changed.
    Changed,
    /// Entries were taken from the end, or put there by hand.
    End,
}

impl Broken {
    /// What is wrong, for people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "the next entry is missing",
            Self::Changed => "the next entry was changed",
            Self::End => "its end is not what was written last",
        }
    }
}

/// Reads every chain from its first entry to its last.
///
/// # Errors
/// When the database fails.
pub(crate) async fn verify(db: &Db) -> Result<Vec<ChainState>, DbError> {
    let mut connection = db.snapshot().await?;
    let chains: Vec<(String, i64, String)> = fetch_all!(
        connection,
        "SELECT chain, length, head FROM audit_chains
         UNION SELECT chain, CAST(0 AS BIGINT), '' FROM audit_entries
         WHERE number = 1 AND chain NOT IN (SELECT chain FROM audit_chains)
         ORDER BY chain"
    )?;
    let mut states = Vec::new();
    for (chain, length, head) in chains {
        let (mut entries, mut previous, mut broken) = (0, String::new(), None);
        'pages: loop {
            let page = list(&mut connection, &chain, entries, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                if entry.number != entries + 1 {
                    broken = Some(Broken::Missing);
                } else if entry.previous != previous || entry.hash != entry.expected_hash() {
                    broken = Some(Broken::Changed);
                }
                if broken.is_some() {
                    break 'pages;
                }
                entries = entry.number;
                previous = entry.hash;
            }
        }
        if broken.is_none() && (entries != length || previous != head) {
            broken = Some(Broken::End);
        }
        states.push(ChainState { chain, entries, broken });
    }
    Ok(states)
}
