//! The audit log: who did what to which object, from where, and how it ended.
//!
//! Each workspace has a chain of entries, and the instance has one; every entry carries the hash of the one before it
//! under a key that is not in the database, and the end of a chain is sealed, so that whoever writes the database alone
//! changes nothing unnoticed. An entry is written in the transaction of what it tells of.

mod chain;
mod key;
mod verify;

pub(crate) use chain::{Entry, list, record};
pub(crate) use key::{AuditKey, AuditKeyError, make as make_key, open as open_key, rewrap, unlock};
pub(crate) use verify::verify;

use serde_json::Value;

use crate::id::WorkspaceId;

/// Which chain an entry belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chain<'a> {
    /// What concerns no workspace: users, logins, the server itself.
    Instance,
    /// What concerns a workspace.
    Workspace(&'a WorkspaceId),
}

impl Chain<'_> {
    /// Its name in the database.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Instance => "instance",
            Self::Workspace(id) => id.as_str(),
        }
    }
}

/// Who did something.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    /// `user`, `api-key`, `publisher`, `anonymous` or `system`.
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    /// Its name at that time.
    pub(crate) name: String,
}

/// Who did something, from where, on which request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) address: String,
    pub(crate) request_id: String,
}

impl Caller {
    /// The server's command line, on this computer.
    pub(crate) fn system() -> Self {
        let actor = Actor { kind: "system", id: String::new(), name: String::new() };
        Self { actor, address: String::new(), request_id: String::new() }
    }

    /// The same request, made by a user who became known by it.
    pub(crate) fn as_user(&self, id: &crate::id::UserId, username: &str) -> Self {
        let actor = Actor { kind: "user", id: id.to_string(), name: username.to_owned() };
        Self { actor, ..self.clone() }
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Refused,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What was done. Nothing secret is ever in it.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// Object and verb, as `api-key.create`; never changes its meaning.
    pub(crate) action: &'static str,
    pub(crate) object_kind: &'static str,
    pub(crate) object_id: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) detail: Value,
}

impl<'a> Event<'a> {
    /// Something that was done.
    pub(crate) fn done(action: &'static str, object_kind: &'static str, object_id: &'a str) -> Self {
        Self { action, object_kind, object_id, outcome: Outcome::Done, detail: Value::Null }
    }

    /// With what else is worth knowing.
    #[must_use]
    pub(crate) fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }

    /// Something that was tried and refused.
    #[must_use]
    pub(crate) fn refused(self) -> Self {
        Self { outcome: Outcome::Refused, ..self }
    }
}
