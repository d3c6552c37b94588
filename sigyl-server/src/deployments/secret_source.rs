//! Values of stored secrets, opened at the last call before they are needed.

use async_trait::async_trait;
use sigyl_core::secret::SecretText;
use sigyl_deploy::backend::{BackendError, SecretRef, SecretSource};

use crate::{
    accounts::Role,
    app::App,
    http::Tenant,
    id::{UserId, WorkspaceId},
    secrets::{StoredSecret, for_package, open},
};

/// Secrets of a workspace, as whoever deployed may use them: the user's own before shared ones.
pub(super) struct Stored<'a> {
    app: &'a App,
    tenant: Tenant,
    user: UserId,
    package: String,
}

impl<'a> Stored<'a> {
    pub(super) fn new(app: &'a App, workspace: &WorkspaceId, user: &UserId, package: &str) -> Self {
        // Of the workspace that the job was queued for, by whom the access check let do it.
        let tenant =
            Tenant { id: workspace.clone(), slug: String::new(), role: Role::Developer, me: String::new() };
        Self { app, tenant, user: user.clone(), package: package.to_owned() }
    }

    /// The secret of that name: the user's own before a shared one, one for the package before one for any.
    pub(super) async fn find(&self, name: &str) -> Result<Option<StoredSecret>, crate::db::DbError> {
        let mut connection = self.app.db.connection().await?;
        let now = self.app.clock.now();
        let secrets = for_package(&mut connection, &self.tenant, &self.user, &self.package, now).await?;
        let named = secrets.into_iter().filter(|secret| secret.name == name && !secret.is_expired);
        Ok(named.min_by_key(|secret| (secret.owner_id.is_none(), secret.package.is_none())))
    }

    async fn value(&self, name: &str) -> Result<SecretText, String> {
        let failed = "the database or the key failed; the server's log has the reason";
        let secret = self.find(name).await.map_err(|error| {
            tracing::error!(reason = %error, "a secret was not found");
            failed.to_owned()
        })?;
        let secret =
            secret.ok_or("there is none of that name, or it has ended; store it, then deploy again")?;
        let mut connection = self.app.db.connection().await.map_err(|_| failed)?;
        let opened = open(&mut connection, &self.app.master, &self.tenant, &secret, secret.revision).await;
        opened.map_err(|_| failed)?.ok_or_else(|| "its value is not kept any more".to_owned())
    }
}

#[async_trait]
impl SecretSource for Stored<'_> {
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError> {
        self.value(&reference.0)
            .await
            .map_err(|reason| BackendError::Secret { name: reference.0.clone(), reason })
    }
}
