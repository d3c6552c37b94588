//! Who reads the registry, and what they see of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{accounts::UnknownName, http::Tenant, id::WorkspaceId};

/// Who sees a server besides its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Visibility {
    /// Everybody.
    Public,
    /// Nobody.
    Workspace,
    /// Nobody, and of the workspace only who made it, and admins.
    Private,
}

impl Visibility {
    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Workspace => "workspace",
            Self::Private => "private",
        }
    }
}

impl TryFrom<String> for Visibility {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        [Self::Public, Self::Workspace, Self::Private]
            .into_iter()
            .find(|it| it.as_str() == name)
            .ok_or(UnknownName)
    }
}

/// Who reads: what is shown to everybody, and what is of this workspace or of those that the user is in. Empty for none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    pub(crate) user: String,
    pub(crate) workspace: String,
    /// Whose private servers are read, too, with those that this user administers.
    pub(crate) me: String,
}

/// Who reads all private servers of a workspace: the server itself, for its own work. No user's id has this sign.
const ITSELF: &str = "*";

impl Reader {
    /// The server itself, at work for a workspace.
    pub(crate) fn itself(workspace: &WorkspaceId) -> Self {
        Self { workspace: workspace.to_string(), me: ITSELF.to_owned(), ..Self::default() }
    }

    /// What all members of a workspace see.
    pub(crate) fn everybody(workspace: &WorkspaceId) -> Self {
        Self { workspace: workspace.to_string(), ..Self::default() }
    }

    /// A member at the workspace that is meant.
    pub(crate) fn of(tenant: &Tenant) -> Self {
        Self { workspace: tenant.id.to_string(), me: tenant.me.clone(), ..Self::default() }
    }

    /// Whether everything private of the workspace is read.
    pub(super) fn is_itself(&self) -> bool {
        self.me == ITSELF
    }
}

/// That a reader may see a version, of `versions` and `servers`; the arguments are places of the reader's workspace, of
/// its user, of itself, and of what is true.
macro_rules! seen {
    ($workspace:literal, $user:literal, $me:literal, $true:literal) => {
        concat!(
            "((servers.visibility = 'public' AND is_shown = ",
            $true,
            ") OR ((servers.workspace_id = ",
            $workspace,
            " OR EXISTS (SELECT 1 FROM members
                         WHERE members.workspace_id = servers.workspace_id AND members.user_id = ",
            $user,
            ")) AND (servers.private_to IS NULL OR servers.private_to = ",
            $me,
            " OR ",
            $me,
            " = '*' OR EXISTS (SELECT 1 FROM members
                               WHERE members.workspace_id = servers.workspace_id AND members.user_id = ",
            $me,
            " AND members.role IN ('admin', 'owner')))))"
        )
    };
}

pub(super) use seen;
