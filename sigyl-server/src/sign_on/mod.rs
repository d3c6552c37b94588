//! Logging in with an account elsewhere: by OpenID Connect, and by GitHub's OAuth 2 flow, which issues no id token.
//!
//! What a login needs until it comes back is a cookie of the browser that began it, signed and ended by time, so that any
//! replica can go on with it and nobody else's browser can.

mod flow;
mod github;
mod oidc;
mod profile;

use std::sync::Mutex;

use reqwest::Url;

pub(crate) use flow::{FLOW_COOKIE, Flow, SignOnKey, is_own_path};
pub(crate) use github::api as github_api;
pub(crate) use profile::{Claims, known_or_made};

use crate::{app::App, clock::Timestamp, config::Config, http::ApiError};

/// Where people have their accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Oidc,
    GitHub,
}

impl Provider {
    /// Those that the configuration names.
    pub(crate) fn configured(config: &Config) -> Vec<Self> {
        let oidc = (!config.oidc_client_id.is_empty()).then_some(Self::Oidc);
        let github = (!config.github_client_id.is_empty()).then_some(Self::GitHub);
        oidc.into_iter().chain(github).collect()
    }

    /// The one of this name, where it is configured.
    pub(crate) fn named(config: &Config, name: &str) -> Option<Self> {
        Self::configured(config).into_iter().find(|it| it.as_str() == name)
    }

    /// Its name in addresses.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::GitHub => "github",
        }
    }

    /// Its name for people.
    pub(crate) fn title(self, config: &Config) -> &str {
        match self {
            Self::Oidc => &config.oidc_title,
            Self::GitHub => "GitHub",
        }
    }

    /// Whether somebody who was never here gets an account.
    pub(crate) fn makes_accounts(self, config: &Config) -> bool {
        match self {
            Self::Oidc => config.oidc_accounts == crate::config::SignOnAccounts::Make,
            Self::GitHub => config.github_accounts == crate::config::SignOnAccounts::Make,
        }
    }

    /// Where a browser is sent to log in.
    pub(crate) async fn begin(self, app: &App, flow: &Flow) -> Result<Url, ApiError> {
        match self {
            Self::Oidc => oidc::begin(app, flow).await,
            Self::GitHub => github::begin(&app.config, flow),
        }
    }

    /// Who logged in, by what the browser brought back.
    pub(crate) async fn finish(
        self,
        app: &App,
        flow: &Flow,
        code: &str,
        iss: Option<&str>,
    ) -> Result<Claims, ApiError> {
        match self {
            Self::Oidc => oidc::finish(app, flow, code, iss).await,
            Self::GitHub => github::finish(app, flow, code).await,
        }
    }

    /// Where browsers come back to.
    pub(super) fn redirect_uri(self, config: &Config) -> String {
        format!("{}/api/v1/login/{}/callback", config.base(), self.as_str())
    }
}

/// What was last learnt of the provider of OpenID Connect. Any replica can learn it anew.
#[derive(Default)]
pub(crate) struct Learnt {
    oidc: Mutex<Option<(Timestamp, oidc::Discovered)>>,
}

/// A failure of the provider, or of the way to it: the log has the reason.
pub(super) fn failed(provider: Provider, why: &dyn std::fmt::Display) -> ApiError {
    tracing::warn!(provider = provider.as_str(), reason = %why, "a login elsewhere failed");
    ApiError::new(crate::http::Code::Unavailable, "the other side of this login failed; try again later")
}

/// A form's text.
pub(super) fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut url = Url::parse("http://localhost/").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    url.and_then(|url| url.query().map(|query| query.as_bytes().to_vec())).unwrap_or_default()
}
