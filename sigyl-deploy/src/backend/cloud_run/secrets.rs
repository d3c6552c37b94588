//! What a deployment has beside its service: secrets, and an account that may read its own ones alone.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use sigyl_core::secret::SecretText;

use super::{
    CloudRun, ServiceAccounts,
    api::{Api, ApiError, LOOKS},
    service::{self, DEPLOYMENT, INSTANCE, MANAGED_BY, RELEASE},
};
use crate::backend::{
    BackendError, DeploySpec, DeploymentId, Owned, ReleaseNumber, SecretSource, mark, rest::Again,
};

/// A secret that Sigyl made.
pub(super) struct Stored {
    pub(super) deployment: String,
    /// Which Sigyl; empty where it does not say.
    pub(super) instance: String,
    pub(super) release: Option<ReleaseNumber>,
    pub(super) name: String,
}

impl CloudRun {
    /// The account that a deployment's instances run as.
    pub(super) async fn account(&self, id: &DeploymentId) -> Result<String, BackendError> {
        let ServiceAccounts::Each = &self.config.accounts else {
            let ServiceAccounts::One(email) = &self.config.accounts else { return Ok(String::new()) };
            return Ok(email.clone());
        };
        let name = service::account_name(id);
        let body = json!({
            "accountId": name,
            "serviceAccount": { "displayName": format!("Sigyl {id}"), "description": mark::description(id, &self.config.instance) },
        });
        let url = format!("{}/v1/projects/{}/serviceAccounts", self.api.endpoints.iam, self.config.project);
        match self.api.call(Method::POST, &url, &[], Some(&body), Again::Safe, &[]).await {
            Ok(_) | Err(ApiError::Present) => Ok(self.account_email(id)),
            Err(error) => Err(error.into()),
        }
    }

    fn account_email(&self, id: &DeploymentId) -> String {
        format!("{}@{}.iam.gserviceaccount.com", service::account_name(id), self.config.project)
    }

    /// Stores the secrets of a release and gives the version of each.
    pub(super) async fn store(
        &self,
        spec: &DeploySpec,
        account: &str,
        secrets: &dyn SecretSource,
    ) -> Result<Vec<(String, String)>, BackendError> {
        let mut versions = Vec::new();
        for (variable, reference) in &spec.secrets {
            let name = service::secret_name(&spec.id, spec.release, variable);
            let labels = service::labels(&self.config.instance, &spec.id, Some(spec.release));
            let secret = Secret { api: &self.api, project: &self.config.project, name: &name };
            secret.create(&labels).await?;
            let number = match secret.latest().await? {
                Some(number) => number,
                None => secret.add(secrets.reveal(reference).await?).await?,
            };
            secret.let_read(account).await?;
            versions.push((variable.clone(), number));
        }
        Ok(versions)
    }

    /// Secrets that Sigyl made, of one deployment or all.
    pub(super) async fn stored(&self, id: Option<&DeploymentId>) -> Result<Vec<Stored>, BackendError> {
        let mut filter = format!("labels.{}={}", MANAGED_BY.0, MANAGED_BY.1);
        if let Some(id) = id {
            filter.push_str(&format!(" AND labels.{DEPLOYMENT}={id}"));
        }
        let url = format!("{}/v1/projects/{}/secrets", self.api.endpoints.secrets, self.config.project);
        let found = self.api.list(&url, &[("filter", &filter), ("pageSize", "500")], "secrets").await?;
        Ok(found
            .iter()
            .filter_map(|secret| {
                let label = |name: &str| secret.get("labels")?.get(name)?.as_str();
                let name = secret.get("name")?.as_str()?.rsplit('/').next()?;
                Some(Stored {
                    deployment: label(DEPLOYMENT)?.to_owned(),
                    instance: label(INSTANCE).unwrap_or_default().to_owned(),
                    release: label(RELEASE).and_then(|release| release.parse().ok()),
                    name: name.to_owned(),
                })
            })
            .filter(|stored| id.is_none_or(|id| stored.deployment == id.as_str()))
            .collect())
    }

    /// Removes secrets of a deployment: those of one release, or all.
    pub(super) async fn forget(
        &self,
        id: &DeploymentId,
        release: Option<ReleaseNumber>,
    ) -> Result<(), BackendError> {
        for stored in self.stored(Some(id)).await? {
            if release.is_none() || stored.release == release {
                let secret = Secret { api: &self.api, project: &self.config.project, name: &stored.name };
                secret.remove().await?;
            }
        }
        Ok(())
    }

    pub(super) async fn remove_account(&self, id: &DeploymentId) -> Result<(), BackendError> {
        if self.config.accounts != ServiceAccounts::Each {
            return Ok(());
        }
        let (iam, project, email) = (&self.api.endpoints.iam, &self.config.project, self.account_email(id));
        let url = format!("{iam}/v1/projects/{project}/serviceAccounts/{email}");
        absent_is_fine(self.api.delete(&url).await)
    }

    pub(super) async fn accounts(&self) -> Result<Vec<Owned>, BackendError> {
        let url = format!("{}/v1/projects/{}/serviceAccounts", self.api.endpoints.iam, self.config.project);
        let found = self.api.list(&url, &[("pageSize", "100")], "accounts").await?;
        Ok(found
            .iter()
            .filter_map(|account| {
                let text = |field: &str| account.get(field).and_then(Value::as_str);
                // Accounts have no labels.
                let (deployment, instance) = mark::read(text("description")?)?;
                (instance == self.config.instance).then_some(())?;
                Some(Owned {
                    deployment: deployment.to_owned(),
                    release: None,
                    kind: "account".to_owned(),
                    name: text("email")?.to_owned(),
                })
            })
            .collect())
    }
}

/// One secret of Secret Manager.
pub(super) struct Secret<'a> {
    pub(super) api: &'a Api,
    pub(super) project: &'a str,
    pub(super) name: &'a str,
}

impl Secret<'_> {
    fn url(&self) -> String {
        format!("{}/v1/projects/{}/secrets/{}", self.api.endpoints.secrets, self.project, self.name)
    }

    /// Makes it, without a value, unless it is there.
    pub(super) async fn create(&self, labels: &Value) -> Result<(), BackendError> {
        let body = json!({ "replication": { "automatic": {} }, "labels": labels });
        let all = format!("{}/v1/projects/{}/secrets", self.api.endpoints.secrets, self.project);
        let query = [("secretId", self.name)];
        match self.api.call(Method::POST, &all, &query, Some(&body), Again::Safe, &[]).await {
            Ok(_) | Err(ApiError::Present) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The number of its newest value; `None` where it has none.
    async fn latest(&self) -> Result<Option<String>, BackendError> {
        match self.api.get(&format!("{}/versions/latest", self.url()), &[]).await {
            Ok(version) => Ok(Some(number_of(&version))),
            Err(ApiError::Absent(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives it a value, and tells that one's number. The only call that carries values.
    pub(super) async fn add(&self, value: SecretText) -> Result<String, BackendError> {
        let coded = SecretText::new(STANDARD.encode(value.reveal()));
        let body = json!({ "payload": { "data": coded.reveal() } });
        let url = format!("{}:addVersion", self.url());
        let hidden = [value, coded];
        let added = self.api.call(Method::POST, &url, &[], Some(&body), Again::Safe, &hidden).await?;
        Ok(number_of(&added))
    }

    /// Lets one account read it, and nobody else. A new account is known everywhere only after some seconds.
    pub(super) async fn let_read(&self, account: &str) -> Result<(), BackendError> {
        let binding = json!({
            "role": "roles/secretmanager.secretAccessor", "members": [format!("serviceAccount:{account}")],
        });
        let body = json!({ "policy": { "bindings": [binding] } });
        let url = format!("{}:setIamPolicy", self.url());
        let mut looks = 0;
        loop {
            match self.api.call(Method::POST, &url, &[], Some(&body), Again::Safe, &[]).await {
                Ok(_) => return Ok(()),
                Err(ApiError::Other(BackendError::Failed { reason, .. }))
                    if reason.contains("does not exist") && looks < LOOKS / 10 =>
                {
                    looks += 1;
                    tokio::time::sleep(self.api.poll()).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) async fn remove(&self) -> Result<(), BackendError> {
        absent_is_fine(self.api.delete(&self.url()).await)
    }
}

fn number_of(version: &Value) -> String {
    let name = version.get("name").and_then(Value::as_str).unwrap_or_default();
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

/// What is gone already need not be removed.
pub(super) fn absent_is_fine<T>(result: Result<T, ApiError>) -> Result<(), BackendError> {
    match result {
        Ok(_) | Err(ApiError::Absent(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
