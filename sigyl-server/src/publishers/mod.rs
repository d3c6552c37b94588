//! Logins of the official publisher: somebody proves a namespace, by a key of its domain, by GitHub or by a token of the operator's issuer, and may publish
//! below it for five minutes, into the workspace that the operator named for it.
//!
//! What was proved is signed and kept nowhere, so that any replica takes it and no stranger fills a table.

mod credential;
mod dns;
mod domain;
mod github;
mod oidc;
mod token;

pub(crate) use credential::{PublisherKey, is_one};
pub(crate) use domain::{Signed, prove};
pub(crate) use github::{by_access_token, by_actions_token};
pub(crate) use oidc::by_id_token;
pub(crate) use token::IssuerKeys;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    audit::Actor,
    config::{PublisherLogin, PublisherWorkspace},
    http::ApiError,
};

/// The namespace of those who prove nothing, as in the official registry.
const ANONYMOUS: &str = "io.modelcontextprotocol.anonymous";

/// What somebody proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Grant {
    /// A namespace, in lower case.
    pub(crate) namespace: String,
    /// Whether those below it count, as `com.example.team` is below `com.example`.
    pub(crate) below: bool,
}

impl Grant {
    fn only(namespace: String) -> Self {
        Self { namespace, below: false }
    }

    fn covers(&self, namespace: &str) -> bool {
        namespace == self.namespace || (self.below && is_below(namespace, &self.namespace))
    }
}

/// Somebody who proved namespaces.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Publisher {
    pub(crate) by: PublisherLogin,
    /// A domain, a user of GitHub, a workflow's subject.
    pub(crate) subject: String,
    pub(crate) grants: Vec<Grant>,
}

impl Publisher {
    /// Somebody who proved nothing: of use where the operator lets them, for development.
    pub(crate) fn anonymous() -> Self {
        let grants = vec![Grant::only(ANONYMOUS.to_owned())];
        Self { by: PublisherLogin::None, subject: "anonymous".to_owned(), grants }
    }

    /// How somebody is called in the log and in limits.
    pub(crate) fn id(&self) -> String {
        format!("{}:{}", self.by.as_str(), self.subject)
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor { kind: "publisher", id: self.id(), name: self.subject.clone() }
    }

    /// The workspace, by its slug, for what this publisher publishes below a namespace.
    pub(crate) fn workspace<'a>(
        &self,
        workspaces: &'a [PublisherWorkspace],
        namespace: &str,
    ) -> Option<&'a str> {
        let namespace = namespace.to_ascii_lowercase();
        if !self.grants.iter().any(|grant| grant.covers(&namespace)) {
            return None;
        }
        let fits = |it: &&PublisherWorkspace| {
            it.namespace.is_empty() || namespace == it.namespace || is_below(&namespace, &it.namespace)
        };
        let nearest = workspaces.iter().filter(fits).max_by_key(|it| it.namespace.len());
        nearest.map(|it| it.workspace.as_str())
    }

    /// Whether there is a workspace for anything that was proved.
    fn is_of_use(&self, workspaces: &[PublisherWorkspace]) -> bool {
        let meets = |grant: &Grant, it: &PublisherWorkspace| {
            it.namespace.is_empty()
                || grant.covers(&it.namespace)
                || is_below(&grant.namespace, &it.namespace)
        };
        self.grants.iter().any(|grant| workspaces.iter().any(|it| meets(grant, it)))
    }

    /// Refuses a login that would lead nowhere.
    ///
    /// # Errors
    /// When the operator named no workspace for any of the namespaces.
    pub(crate) fn of_use(self, app: &App) -> Result<Self, ApiError> {
        if self.is_of_use(&app.config.publishers.workspaces) {
            return Ok(self);
        }
        let names = self.grants.iter().take(3).map(|it| it.namespace.as_str()).collect::<Vec<_>>().join(", ");
        Err(ApiError::forbidden(format!(
            "no workspace of this registry takes what is published below {names}; its operator names one in publishers.workspaces"
        )))
    }
}

fn is_below(namespace: &str, above: &str) -> bool {
    namespace.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publisher(grants: &[(&str, bool)]) -> Publisher {
        let grant =
            |(namespace, below): &(&str, bool)| Grant { namespace: (*namespace).to_owned(), below: *below };
        Publisher {
            by: PublisherLogin::Dns,
            subject: String::new(),
            grants: grants.iter().map(grant).collect(),
        }
    }

    fn workspaces(all: &[(&str, &str)]) -> Vec<PublisherWorkspace> {
        let one = |(namespace, workspace): &(&str, &str)| PublisherWorkspace {
            namespace: (*namespace).to_owned(),
            workspace: (*workspace).to_owned(),
        };
        all.iter().map(one).collect()
    }

    #[test]
    fn the_nearest_workspace_takes_what_was_proved() {
        let all = workspaces(&[("com.example", "team"), ("com.example.lab", "lab"), ("", "rest")]);
        let dns = publisher(&[("com.example", true)]);
        let http = publisher(&[("com.example", false)]);
        for (namespace, by_dns, by_http) in [
            ("com.example", Some("team"), Some("team")),
            ("com.Example", Some("team"), Some("team")),
            ("com.example.lab", Some("lab"), None),
            ("com.example.lab.x", Some("lab"), None),
            ("com.example.labs", Some("team"), None),
            ("com.examples", None, None),
            ("com.exampl", None, None),
            ("com", None, None),
            ("", None, None),
        ] {
            assert_eq!(dns.workspace(&all, namespace), by_dns, "{namespace}");
            assert_eq!(http.workspace(&all, namespace), by_http, "{namespace}");
        }
        assert_eq!(publisher(&[("org.other", false)]).workspace(&all, "org.other"), Some("rest"));
        assert_eq!(publisher(&[("org.other", false)]).workspace(&all[..2], "org.other"), None);
    }

    #[test]
    fn a_login_that_leads_nowhere_is_of_no_use() {
        let lab = workspaces(&[("com.example.lab", "lab")]);
        assert!(publisher(&[("com.example", true)]).is_of_use(&lab));
        assert!(!publisher(&[("com.example", false)]).is_of_use(&lab));
        assert!(publisher(&[("com.example.lab.x", false)]).is_of_use(&lab));
        assert!(!publisher(&[("com.example.labs", false)]).is_of_use(&lab));
        assert!(!publisher(&[]).is_of_use(&workspaces(&[("", "rest")])));
        assert!(publisher(&[("org.other", false)]).is_of_use(&workspaces(&[("", "rest")])));
    }
}
