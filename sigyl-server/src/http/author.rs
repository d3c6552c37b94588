//! Who publishes: a member of a workspace, or somebody who proved a namespace and has no account.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{ApiError, Code, Principal, RequestContext, Tenant};
use crate::{
    accounts::{Role, workspaces},
    app::App,
    audit::Caller,
    id::UserId,
    publishers::Publisher,
};

/// Who publishes, changes a status. Made by the access check alone.
#[derive(Debug, Clone)]
pub(crate) enum Author {
    Member(Principal, Tenant),
    Publisher(Publisher, Caller),
}

/// An author at a server's name: the workspace it belongs to, and who is told of in the log.
#[derive(Debug)]
pub(crate) struct Authored {
    pub(crate) tenant: Tenant,
    /// None where the author has no account.
    pub(crate) user: Option<UserId>,
    pub(crate) caller: Caller,
}

impl Author {
    /// The author at this name.
    ///
    /// # Errors
    /// When it lies in no namespace that was proved, or in one for which there is no workspace.
    pub(crate) async fn at(self, app: &App, name: &str) -> Result<Authored, ApiError> {
        let (publisher, caller) = match self {
            Self::Member(principal, tenant) => {
                let caller = principal.caller().clone();
                return Ok(Authored { tenant, user: Some(principal.user), caller });
            }
            Self::Publisher(publisher, caller) => (publisher, caller),
        };
        let (namespace, _) = name.split_once('/').unwrap_or((name, ""));
        let refused = || ApiError::forbidden("you do not have permission to publish below this namespace");
        let slug = publisher.workspace(&app.config.publishers.workspaces, namespace).ok_or_else(refused)?;
        let mut connection = app.db.connection().await?;
        let Some(id) = workspaces::id_of(&mut connection, slug).await? else {
            tracing::warn!(workspace = slug, "publishers.workspaces names a workspace that does not exist");
            return Err(refused());
        };
        let tenant = Tenant { id, slug: slug.to_owned(), role: Role::Developer, me: publisher.id() };
        Ok(Authored { tenant, user: None, caller })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Author {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let context = RequestContext::of(&parts.extensions)?;
        let known = &parts.extensions;
        if let Some(publisher) = known.get::<Publisher>() {
            return Ok(Self::Publisher(publisher.clone(), context.caller(publisher.actor())));
        }
        match (known.get::<Principal>(), known.get::<Tenant>()) {
            (Some(principal), Some(tenant)) => Ok(Self::Member(principal.clone(), tenant.clone())),
            _ => Err(ApiError::new(Code::Unauthenticated, "log in, or send a key")),
        }
    }
}
