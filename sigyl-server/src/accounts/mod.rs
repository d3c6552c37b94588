//! Users, workspaces, members, invitations, sessions and API keys: what the database keeps of them.

pub(crate) mod api_keys;
pub(crate) mod claim;
pub(crate) mod identities;
pub(crate) mod invitations;
pub(crate) mod members;
mod names;
pub(crate) mod passwords;
pub(crate) mod read_links;
mod roles;
pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod workspaces;

pub(crate) use api_keys::KeyUse;
pub(crate) use names::{deployment_name, display_name, email, username, workspace_slug};
pub(crate) use roles::UnknownName;
pub use roles::{Role, Scope};
