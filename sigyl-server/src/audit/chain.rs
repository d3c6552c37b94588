//! Writing and reading entries.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::Digest;

use super::{Caller, Chain, Event};
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one},
};

/// An entry.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Entry {
    /// The workspace's id, or `instance`.
    pub(crate) chain: String,
    /// Its place in the chain, from 1.
    pub(crate) number: i64,
    /// When.
    pub(crate) at: Timestamp,
    /// `user`, `api-key`, `anonymous` or `system`.
    pub(crate) actor_kind: String,
    /// Who.
    pub(crate) actor_id: String,
    /// The actor's name at that time.
    pub(crate) actor_name: String,
    /// What was done, as `api-key.create`.
    pub(crate) action: String,
    /// To what kind of object.
    pub(crate) object_kind: String,
    /// To which.
    pub(crate) object_id: String,
    /// From which address.
    pub(crate) address: String,
    /// On which request.
    pub(crate) request_id: String,
    /// `done` or `refused`.
    pub(crate) outcome: String,
    /// What else is worth knowing, as JSON.
    pub(crate) detail: String,
    /// Hash of the entry before; empty for the first.
    pub(crate) previous: String,
    /// HMAC-SHA-256 over all of the above, each with its length before it, under the log's key; SHA-256 without one.
    pub(crate) hash: String,
    /// The number of that key; 0 for entries from before there was one.
    pub(crate) key_number: i64,
}

impl Entry {
    /// What its hash must be, where it has no key.
    pub(super) fn unkeyed_hash(&self) -> String {
        let (number, at) = (self.number.to_string(), self.at.0.to_string());
        let parts = self.parts("sigyl/audit/v1", &number, &at);
        Digest::of_parts(parts.map(str::as_bytes)).as_str().to_owned()
    }

    /// What its hash is over.
    pub(super) fn parts<'a>(&'a self, form: &'a str, number: &'a str, at: &'a str) -> [&'a str; 15] {
        [
            form,
            &self.chain,
            number,
            at,
            &self.actor_kind,
            &self.actor_id,
            &self.actor_name,
            &self.action,
            &self.object_kind,
            &self.object_id,
            &self.address,
            &self.request_id,
            &self.outcome,
            &self.detail,
            &self.previous,
        ]
    }
}

/// Writes an entry, in the transaction of what it tells of. The chain's row is locked until that ends, so that two
/// entries never follow the same one. An end that is not what was sealed is not sealed again: it stays told.
pub(crate) async fn record(
    transaction: &mut Connection,
    chain: Chain<'_>,
    caller: &Caller,
    at: Timestamp,
    event: Event<'_>,
) -> Result<(), DbError> {
    let key = transaction.audit_key()?;
    let (number, previous, seal): (i64, String, String) = fetch_one!(
        transaction,
        "INSERT INTO audit_chains (chain, length, last_hash, seal) VALUES ($1, 1, '', '')
         ON CONFLICT (chain) DO UPDATE SET length = audit_chains.length + 1
         RETURNING length, last_hash, seal",
        chain.name()
    )?;
    let is_first = number == 1 && previous.is_empty();
    let is_whole = is_first || key.has_sealed(chain.name(), number - 1, &previous, &seal);
    let detail = if event.detail.is_null() { String::new() } else { event.detail.to_string() };
    let mut entry = Entry {
        chain: chain.name().to_owned(),
        number,
        at,
        actor_kind: caller.actor.kind.to_owned(),
        actor_id: caller.actor.id.clone(),
        actor_name: caller.actor.name.clone(),
        action: event.action.to_owned(),
        object_kind: event.object_kind.to_owned(),
        object_id: event.object_id.to_owned(),
        address: caller.address.clone(),
        request_id: caller.request_id.clone(),
        outcome: event.outcome.as_str().to_owned(),
        detail,
        previous,
        hash: String::new(),
        key_number: key.number(),
    };
    entry.hash = key.hash(&entry);
    let seal = if is_whole { key.seal(&entry.chain, number, &entry.hash) } else { seal };
    execute!(
        transaction,
        "INSERT INTO audit_entries (chain, number, at, actor_kind, actor_id, actor_name, action, object_kind,
                                    object_id, address, request_id, outcome, detail, previous, hash, key_number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &entry.chain,
        entry.number,
        entry.at,
        &entry.actor_kind,
        &entry.actor_id,
        &entry.actor_name,
        &entry.action,
        &entry.object_kind,
        &entry.object_id,
        &entry.address,
        &entry.request_id,
        &entry.outcome,
        &entry.detail,
        &entry.previous,
        &entry.hash,
        entry.key_number
    )?;
    execute!(
        transaction,
        "UPDATE audit_chains SET last_hash = $2, seal = $3 WHERE chain = $1",
        &entry.chain,
        &entry.hash,
        seal
    )?;
    Ok(())
}

/// Entries of a chain after a number, oldest first.
pub(crate) async fn list(
    connection: &mut Connection,
    chain: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    fetch_all!(
        connection,
        "SELECT chain, number, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, address,
                request_id, outcome, detail, previous, hash, key_number
         FROM audit_entries WHERE chain = $1 AND number > $2 ORDER BY number LIMIT $3",
        chain,
        after,
        limit
    )
}
