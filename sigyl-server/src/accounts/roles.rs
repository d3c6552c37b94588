//! What members of a workspace may do, and what keys may.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member's role; each may what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sees, calls servers, and keeps secrets of their own.
    Viewer,
    /// Publishes, deploys, keeps the secrets that the workspace shares.
    Developer,
    /// Invites, removes members, sees the audit log.
    Admin,
    /// Deletes the workspace, makes owners.
    Owner,
}

impl Role {
    /// All of them, lowest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Developer, Self::Admin, Self::Owner];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// What a member with this role may give to a key.
    pub const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Viewer => &[Scope::Read, Scope::Gateway, Scope::Secrets, Scope::Reveal],
            Self::Developer => {
                &[Scope::Read, Scope::Gateway, Scope::Publish, Scope::Deploy, Scope::Secrets, Scope::Reveal]
            }
            Self::Admin | Self::Owner => &Scope::ALL,
        }
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// See.
    Read,
    /// Publish, change and delete packages.
    Publish,
    /// Deploy packages.
    Deploy,
    /// Store, change and delete secrets, without seeing their values.
    Secrets,
    /// See the values of secrets.
    Reveal,
    /// Call servers.
    Gateway,
    /// Manage the workspace: members, keys, the audit log.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Publish, Self::Deploy, Self::Secrets, Self::Reveal, Self::Gateway, Self::Admin];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Publish => "publish",
            Self::Deploy => "deploy",
            Self::Secrets => "secrets",
            Self::Reveal => "reveal",
            Self::Gateway => "gateway",
            Self::Admin => "admin",
        }
    }
}

/// A name in the database that is none of ours.
#[derive(Debug, thiserror::Error)]
#[error("the database has a name that this version does not know")]
pub struct UnknownName;

impl TryFrom<String> for Role {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|role| role.as_str() == name).ok_or(UnknownName)
    }
}

/// Scopes as the database keeps them: names with spaces between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes(pub(crate) Vec<Scope>);

impl Scopes {
    pub(crate) fn to_text(&self) -> String {
        self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl TryFrom<String> for Scopes {
    type Error = UnknownName;

    /// A scope of a newer version is left out: it allows nothing here.
    fn try_from(names: String) -> Result<Self, UnknownName> {
        let scope = |name: &str| Scope::ALL.into_iter().find(|scope| scope.as_str() == name);
        Ok(Self(names.split(' ').filter_map(scope).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_give_no_less() {
        for pair in Role::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
            assert!(pair[0].scopes().iter().all(|scope| pair[1].scopes().contains(scope)));
        }
    }

    #[test]
    fn names_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::try_from(role.as_str().to_owned()).unwrap(), role);
        }
        let all = Scopes(Scope::ALL.to_vec());
        assert_eq!(Scopes::try_from(format!("{} future", all.to_text())).unwrap(), all);
        assert!(Role::try_from("root".to_owned()).is_err());
    }
}
