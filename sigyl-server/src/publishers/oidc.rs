//! Logins by OpenID Connect: a token of the issuer that the operator names, whose claims give namespaces by the
//! operator's rules.

use serde_json::Value;

use super::{
    Grant, Publisher,
    token::{Issuer, KeysAt, refused, text},
};
use crate::{
    app::App,
    config::{NamespaceOf, NamespaceRule, PublisherLogin},
    http::ApiError,
};

/// Whose token it is, and which namespaces the operator gives for what it claims.
pub(crate) async fn by_id_token(app: &App, token: &str) -> Result<Publisher, ApiError> {
    let publishers = &app.config.publishers;
    let audience = match publishers.oidc_audience.as_str() {
        "" => app.config.origin(),
        audience => audience.to_owned(),
    };
    let issuer = Issuer {
        name: &publishers.oidc_issuer,
        audience: &audience,
        keys_at: KeysAt::Discovered,
        known: &app.issuer_keys.oidc,
    };
    let claims = issuer.claims(app, token).await?;
    let grants = grants(&claims, &publishers.oidc_namespaces);
    if grants.is_empty() {
        return Err(refused("what the token claims gives no namespace of this registry"));
    }
    Ok(Publisher { by: PublisherLogin::Oidc, subject: text(&claims, "sub").to_owned(), grants })
}

fn grants(claims: &Value, rules: &[NamespaceRule]) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for rule in rules {
        let values = match claims.get(&rule.claim) {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let fits = values.into_iter().filter(|value| rule.value.as_ref().is_none_or(|it| it == value));
        for value in fits {
            let namespace = match &rule.namespace {
                NamespaceOf::Fixed(namespace) => Some(namespace.clone()),
                NamespaceOf::Below(above) => label(value).map(|label| format!("{above}.{label}")),
            };
            let grant = namespace.map(|namespace| Grant { namespace, below: rule.below });
            grants.extend(grant.filter(|grant| !grants.contains(grant)));
        }
    }
    grants
}

/// A claim's value as one part of a namespace: one with a dot would be of several, and so of another's.
fn label(value: &str) -> Option<String> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((1..=63).contains(&value.len()) && value.bytes().all(is_fine)).then(|| value.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(claims: &Value, rules: &str) -> Vec<String> {
        let rules = rules.split(',').map(|rule| NamespaceRule::parse(rule).unwrap()).collect::<Vec<_>>();
        let told = |grant: Grant| format!("{}{}", grant.namespace, if grant.below { ".*" } else { "" });
        grants(claims, &rules).into_iter().map(told).collect()
    }

    #[test]
    fn claims_give_what_the_rules_say_and_no_more() {
        let claims = json!({ "groups": ["mcp", "Ops"], "namespace_path": "Tools", "project": "a.b", "level": 7,
                             "https://x.example/team": "core" });
        assert_eq!(told(&claims, "groups=mcp:com.example"), ["com.example"]);
        assert_eq!(told(&claims, "groups=mcp:com.example.*"), ["com.example.*"]);
        assert_eq!(told(&claims, "groups=*:com.example.{}"), ["com.example.mcp", "com.example.ops"]);
        assert_eq!(told(&claims, "namespace_path=*:com.gitlab.{}"), ["com.gitlab.tools"]);
        assert_eq!(told(&claims, "groups=mcp:com.example,groups=Ops:com.example"), ["com.example"]);
        assert_eq!(told(&claims, "https://x.example/team=core:com.example"), ["com.example"]);
        for nothing in [
            "groups=MCP:com.example",
            "groups=mc:com.example",
            "missing=*:com.example",
            "level=7:com.example",
            "project=*:com.example.{}",
        ] {
            assert_eq!(told(&claims, nothing), [""; 0], "{nothing}");
        }
        let climbing = json!({ "n": ["", "..", "x/y", "é", "a b", "x".repeat(64)] });
        assert_eq!(told(&climbing, "n=*:com.example.{}"), [""; 0]);
    }
}
