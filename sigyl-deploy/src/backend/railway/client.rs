//! Railway's API as a few questions.

use std::{fmt, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use sigyl_core::secret::SecretText;

use super::operations::{self, Operation};
use crate::backend::{
    BackendError,
    hidden::short,
    pace::Pace,
    rest::{Body, Call, Rest, RestError, hide},
};

pub(super) const NAME: &str = "railway";

/// Where Railway's API is.
pub const RAILWAY_URL: &str = "https://backboard.railway.com/graphql/v2";

/// Where Railway's edge answers for a domain.
pub const RAILWAY_ORIGIN: &str = "https://{domain}";

/// The most pages of a list that are read; a hundred things each. Chosen.
const PAGES: usize = 50;

/// Who Sigyl is to Railway.
#[derive(Clone)]
pub enum RailwayToken {
    /// A token of an account or a workspace.
    Account(SecretText),
    /// A token of one environment of one project.
    Project(SecretText),
}

impl fmt::Debug for RailwayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account(_) => "Account([redacted])",
            Self::Project(_) => "Project([redacted])",
        })
    }
}

/// Where a service stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) project: String,
    pub(super) environment: String,
}

/// A service by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) name: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) description: String,
}

/// A deployment in Railway's sense: one start of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) is_stopped: bool,
    pub(super) can_redeploy: bool,
    pub(super) can_rollback: bool,
    pub(super) created_at: String,
    pub(super) running: u32,
}

#[derive(Debug)]
pub(super) struct Client {
    rest: Rest,
    url: String,
    token: RailwayToken,
}

impl Client {
    pub(super) fn new(url: String, token: RailwayToken, pace: Pace) -> Result<Self, BackendError> {
        Ok(Self { rest: Rest::new(NAME, pace)?, url, token })
    }

    pub(super) fn poll(&self) -> Duration {
        self.rest.poll()
    }

    /// Sends an operation and gives its data. `hidden` are the values in its variables that nobody may see.
    pub(super) async fn ask(
        &self,
        operation: &Operation,
        mut variables: Value,
        hidden: &[SecretText],
    ) -> Result<Value, BackendError> {
        // Null takes a setting away; absent leaves it.
        if let Some(variables) = variables.as_object_mut() {
            variables.retain(|_, value| !value.is_null());
        }
        let credential = match &self.token {
            RailwayToken::Account(token) => {
                ("authorization", SecretText::new(format!("Bearer {}", token.reveal())))
            }
            RailwayToken::Project(token) => ("project-access-token", token.clone()),
        };
        let body =
            json!({ "operationName": operation.name, "query": operation.text, "variables": variables });
        let call = Call {
            method: Method::POST,
            url: &self.url,
            query: &[],
            credentials: &[credential],
            body: Some(Body::Json(&body)),
            again: operation.again,
            hidden,
        };
        let mut answer = self.rest.call(&call).await.map_err(|error| match error {
            // The form that GraphQL servers give to what they cannot read or do.
            RestError::Answered { reason, body, .. } if body.get("errors").is_some() => {
                said(operation, &reason)
            }
            error => error.into_backend(NAME),
        })?;
        if let Some(message) = answer.pointer("/errors/0/message").and_then(Value::as_str) {
            return Err(said(operation, &short(&hide(&call, message))));
        }
        match answer.get_mut("data").map(Value::take) {
            Some(data @ Value::Object(_)) => Ok(data),
            _ => Err(BackendError::Failed {
                backend: NAME.to_owned(),
                reason: format!("{}: the answer has no data", operation.name),
            }),
        }
    }

    pub(super) async fn projects(&self, workspace: Option<&str>) -> Result<Vec<Project>, BackendError> {
        let variables = json!({ "workspaceId": workspace });
        let nodes = self.pages(&operations::PROJECTS, variables, "/projects").await?;
        let environment = |node: &Value| {
            let first = "/environments/edges/0/node/id";
            node.get("primaryEnvironmentId")
                .and_then(Value::as_str)
                .map_or_else(|| text(node, first), str::to_owned)
        };
        Ok(nodes
            .iter()
            .map(|node| Project {
                place: Place { project: text(node, "/id"), environment: environment(node) },
                name: text(node, "/name"),
                description: text(node, "/description"),
            })
            .collect())
    }

    pub(super) async fn services(&self, project: &str) -> Result<Vec<Service>, BackendError> {
        let nodes = self.pages(&operations::SERVICES, json!({ "id": project }), "/project/services").await?;
        Ok(nodes.iter().map(|node| Service { id: text(node, "/id"), name: text(node, "/name") }).collect())
    }

    /// Names of the variables that all services of an environment share.
    pub(super) async fn shared_names(&self, place: &Place) -> Result<Vec<String>, BackendError> {
        let variables = json!({ "id": place.environment, "projectId": place.project });
        let nodes = self.pages(&operations::VARIABLE_NAMES, variables, "/environment/variables").await?;
        let is_shared = |node: &&Value| node.get("serviceId").is_none_or(Value::is_null);
        Ok(nodes.iter().filter(is_shared).map(|node| text(node, "/name")).collect())
    }

    /// Runs of a service, the newest first.
    pub(super) async fn runs(&self, place: &Place, service: &str) -> Result<Vec<Run>, BackendError> {
        let input = json!({
            "projectId": place.project, "environmentId": place.environment, "serviceId": service,
        });
        let data = self.ask(&operations::DEPLOYMENTS, json!({ "input": input }), &[]).await?;
        let mut runs: Vec<Run> =
            list(&data, "/deployments/edges").iter().filter_map(|edge| edge.get("node")).map(run).collect();
        runs.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        Ok(runs)
    }

    pub(super) async fn run(&self, id: &str) -> Result<Run, BackendError> {
        let data = self.ask(&operations::DEPLOYMENT, json!({ "id": id }), &[]).await?;
        Ok(run(data.get("deployment").unwrap_or(&Value::Null)))
    }

    /// The domain of a service that Railway gives it, or the first of the user's own.
    pub(super) async fn domain(&self, place: &Place, service: &str) -> Result<Option<String>, BackendError> {
        let data = self.domains(place, service).await?;
        let first = |path| data.pointer(path).and_then(Value::as_str).map(str::to_owned);
        Ok(first("/domains/serviceDomains/0/domain").or_else(|| first("/domains/customDomains/0/domain")))
    }

    /// All of them, with what is to be set for each of the user's own.
    pub(super) async fn domains(&self, place: &Place, service: &str) -> Result<Value, BackendError> {
        let variables = json!({
            "projectId": place.project, "environmentId": place.environment, "serviceId": service,
        });
        self.ask(&operations::DOMAINS, variables, &[]).await
    }

    async fn pages(
        &self,
        operation: &Operation,
        mut variables: Value,
        path: &str,
    ) -> Result<Vec<Value>, BackendError> {
        let mut nodes = Vec::new();
        for _ in 0..PAGES {
            let data = self.ask(operation, variables.clone(), &[]).await?;
            nodes.extend(
                list(&data, &format!("{path}/edges")).iter().filter_map(|edge| edge.get("node")).cloned(),
            );
            let page = data.pointer(&format!("{path}/pageInfo"));
            let after = page
                .filter(|page| page.get("hasNextPage") == Some(&Value::Bool(true)))
                .and_then(|page| page.get("endCursor"))
                .filter(|cursor| cursor.is_string());
            let Some(after) = after else { return Ok(nodes) };
            variables["after"] = after.clone();
        }
        Err(BackendError::Failed {
            backend: NAME.to_owned(),
            reason: format!("{}: the list is longer than {PAGES} pages", operation.name),
        })
    }
}

/// What Railway's sentences mean; its codes do not tell them apart.
fn said(operation: &Operation, message: &str) -> BackendError {
    let lower = message.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let backend = NAME.to_owned();
    let reason = format!("{}: {message}", operation.name);
    if has(&["not authorized", "token not found", "unauthorized", "invalid token", "two factor"]) {
        return BackendError::Refused { backend, reason };
    }
    if has(&["limit exceeded", "resource provision", "upgrade your plan", "quota", "trial"]) {
        return BackendError::Quota { backend, reason };
    }
    if has(&["not found", "does not exist"]) {
        return BackendError::Gone { what: reason };
    }
    if has(&["rate limit", "ratelimit", "too many", "try again", "timed out", "problem processing"]) {
        return BackendError::Passing { backend, reason, retry_after: None };
    }
    BackendError::Failed { backend, reason }
}

pub(super) fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn run(node: &Value) -> Run {
    let is = |path| node.pointer(path) == Some(&Value::Bool(true));
    let running =
        list(node, "/instances").iter().filter(|instance| text(instance, "/status") == "RUNNING").count();
    Run {
        id: text(node, "/id"),
        status: text(node, "/status"),
        is_stopped: is("/deploymentStopped"),
        can_redeploy: is("/canRedeploy"),
        can_rollback: is("/canRollback"),
        created_at: text(node, "/createdAt"),
        running: u32::try_from(running).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_say_who_must_act() {
        let code = |message| said(&operations::DEPLOY, message).code();
        assert_eq!(code("Not Authorized"), "backend-refused");
        assert_eq!(code("Project Token not found"), "backend-refused");
        assert_eq!(code("Free plan resource provision limit exceeded."), "quota");
        assert_eq!(code("Service not found"), "gone");
        assert_eq!(code("Problem processing request"), "backend-passing");
        assert_eq!(code("Field \"x\" is not defined"), "backend-failed");
    }

    #[test]
    fn no_token_shows() {
        let token = SecretText::new("canary".to_owned());
        let shown = format!("{:?} {:?}", RailwayToken::Account(token.clone()), RailwayToken::Project(token));
        assert!(!shown.contains("canary"));
    }
}
