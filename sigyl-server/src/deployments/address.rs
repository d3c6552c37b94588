//! Where clients find a deployment: at the listener of this computer, or at an https address of the operator's proxy, which
//! brings them there.

use sigyl_deploy::backend::Backend;

use super::{pipeline::Failed, store::Row};
use crate::{accounts::workspaces, app::App};

/// Whether clients reach it over https.
pub(super) fn is_https(app: &App, backend: &dyn Backend) -> bool {
    backend.is_https() || (backend.fronts().is_some() && !app.config.deploy.public_url.is_empty())
}

/// The address of a deployment whose backend lets it answer at `endpoint`.
pub(super) async fn public(
    app: &App,
    row: &Row,
    backend: &dyn Backend,
    endpoint: &str,
) -> Result<String, Failed> {
    let template = &app.config.deploy.public_url;
    let local = reqwest::Url::parse(endpoint).ok().filter(|_| backend.fronts().is_some());
    let Some(local) = local.filter(|_| !template.is_empty()) else { return Ok(endpoint.to_owned()) };
    let mut connection = app.db.connection().await?;
    let workspace = workspaces::slug(&mut connection, &row.workspace_id).await?;
    let port = local.port_or_known_default().unwrap_or_default();
    Ok(filled(template, &row.id, &workspace, &row.name, port) + local.path())
}

fn filled(template: &str, id: &str, workspace: &str, name: &str, port: u16) -> String {
    // None of the values has a brace.
    template
        .replace("{id}", id)
        .replace("{workspace}", workspace)
        .replace("{name}", name)
        .replace("{port}", &port.to_string())
}

/// The port of an address on this computer.
pub(super) fn port_of(endpoint: &str) -> Option<i64> {
    let url = reqwest::Url::parse(endpoint).ok()?;
    (url.scheme() == "http").then(|| url.port().map(i64::from)).flatten()
}

/// Reads a setting: an https address that is another one for every deployment.
pub(crate) fn template(text: &str) -> Result<String, String> {
    let sample = filled(text, "s0", "w", "n", 12_000);
    let url = reqwest::Url::parse(&sample).ok().filter(|url| url.scheme() == "https" && url.has_host());
    let is_plain = !sample.contains(['{', '}', '?', '#', '@']) && !sample.contains(char::is_whitespace);
    let is_own = ["{id}", "{port}"].iter().any(|part| text.contains(part))
        || ["{workspace}", "{name}"].iter().all(|part| text.contains(part));
    match url.is_some() && is_plain && is_own {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => {
            Err("write https://HOST with {id}, with {port}, or with {workspace} and {name}, and no query"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_one_deployment_alone() {
        for good in [
            "https://{id}.mcp.example.com",
            "https://{workspace}-{name}.mcp.example.com/",
            "https://mcp.example.com/{port}",
            "https://mcp.example.com:{port}",
        ] {
            assert!(template(good).is_ok(), "{good}");
        }
        for bad in [
            "http://{id}.example.com",
            "https://{name}.example.com",
            "https://mcp.example.com",
            "https://{id}.example.com?x={name}",
            "https://{other}.example.com/{id}",
            "https://a@{id}.example.com",
            "{id}",
        ] {
            assert!(template(bad).is_err(), "{bad}");
        }
        assert_eq!(filled("https://{workspace}-{name}.a:{port}", "s1", "w", "n", 7), "https://w-n.a:7");
    }

    #[test]
    fn ports_of_this_computer() {
        assert_eq!(port_of("http://127.0.0.1:40123/mcp"), Some(40_123));
        assert_eq!(port_of("https://weather.example.com/mcp"), None);
    }
}
