//! Whether the chains are whole.

use super::{AuditKey, chain::list};
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
    /// How many of them are from before the log had a key.
    pub unkeyed: i64,
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
    /// Entries were taken from the end or added, and the chain's row was changed to fit.
    Seal,
    /// The key of an entry is not there.
    Key,
}

impl Broken {
    /// What is wrong, for people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "the next entry is missing",
            Self::Changed => "the next entry was changed",
            Self::End => "its end is not what was written last",
            Self::Seal => "its end is not what the server sealed",
            Self::Key => "the key of the next entry is not there",
        }
    }
}

/// Reads every chain from its first entry to its last. Without a key there are only chains that never had one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn verify(db: &Db, key: Option<&AuditKey>) -> Result<Vec<ChainState>, DbError> {
    let mut connection = db.snapshot().await?;
    let chains: Vec<(String, i64, String, String)> = fetch_all!(
        connection,
        "SELECT chain, length, last_hash, seal FROM audit_chains
         UNION SELECT chain, CAST(0 AS BIGINT), '', '' FROM audit_entries
         WHERE number = 1 AND chain NOT IN (SELECT chain FROM audit_chains)
         ORDER BY chain"
    )?;
    let mut states = Vec::new();
    for (chain, length, last_hash, seal) in chains {
        let (mut entries, mut unkeyed, mut previous, mut broken) = (0, 0, String::new(), None);
        'pages: loop {
            let page = list(&mut connection, &chain, entries, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                if entry.number != entries + 1 {
                    broken = Some(Broken::Missing);
                } else if entry.previous != previous {
                    broken = Some(Broken::Changed);
                } else if entry.key_number == 0 {
                    // Where there was a key before, none is left out.
                    let is_whole = unkeyed == entries && entry.hash == entry.unkeyed_hash();
                    unkeyed += 1;
                    broken = (!is_whole).then_some(Broken::Changed);
                } else {
                    broken = match key.filter(|key| key.number() == entry.key_number) {
                        None => Some(Broken::Key),
                        Some(key) => (entry.hash != key.hash(&entry)).then_some(Broken::Changed),
                    };
                }
                if broken.is_some() {
                    break 'pages;
                }
                entries = entry.number;
                previous = entry.hash;
            }
        }
        let is_sealed = match key {
            Some(key) => key.has_sealed(&chain, length, &last_hash, &seal),
            None => seal.is_empty(),
        };
        if broken.is_none() && (entries != length || previous != last_hash) {
            broken = Some(Broken::End);
        } else if broken.is_none() && !is_sealed {
            broken = Some(Broken::Seal);
        }
        states.push(ChainState { chain, entries, unkeyed: unkeyed.min(entries), broken });
    }
    Ok(states)
}
