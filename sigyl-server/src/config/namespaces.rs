//! Which namespaces the claims of a token give.

/// A rule: what a claim has to say, and what that gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceRule {
    /// The claim's name.
    pub claim: String,
    /// What it has to be, or to have in it; anything where absent.
    pub value: Option<String>,
    /// What it gives.
    pub namespace: NamespaceOf,
    /// Whether the namespaces below it are given, too.
    pub below: bool,
}

/// A namespace that is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceOf {
    /// This one, in lower case.
    Fixed(String),
    /// The one below this one that the claim names.
    Below(String),
}

impl NamespaceRule {
    /// Reads `CLAIM=VALUE:NAMESPACE`; a claim may have colons, as those that are addresses do, and so may a value.
    pub fn parse(text: &str) -> Option<Self> {
        let (claim, rest) = text.trim().split_once('=')?;
        let (value, namespace) = rest.rsplit_once(':')?;
        let (claim, value, namespace) = (claim.trim(), value.trim(), namespace.trim().to_ascii_lowercase());
        let (namespace, below) = match namespace.strip_suffix(".*") {
            Some(above) => (above, true),
            None => (namespace.as_str(), false),
        };
        let namespace = match namespace.strip_suffix(".{}") {
            Some(above) => NamespaceOf::Below(is_namespace(above).then(|| above.to_owned())?),
            None => NamespaceOf::Fixed(is_namespace(namespace).then(|| namespace.to_owned())?),
        };
        (!claim.is_empty() && !value.is_empty()).then(|| Self {
            claim: claim.to_owned(),
            value: (value != "*").then(|| value.to_owned()),
            namespace,
            below,
        })
    }
}

fn is_namespace(text: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(is_fine);
    text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_whole_or_not() {
        let rule = |claim: &str, value: Option<&str>, namespace, below| NamespaceRule {
            claim: claim.to_owned(),
            value: value.map(ToOwned::to_owned),
            namespace,
            below,
        };
        let fixed = |text: &str| NamespaceOf::Fixed(text.to_owned());
        let given = |text: &str| NamespaceRule::parse(text);
        assert_eq!(
            given("groups=mcp:Com.Example.*"),
            Some(rule("groups", Some("mcp"), fixed("com.example"), true))
        );
        assert_eq!(
            given("https://x.example/g=a:b:com.example"),
            Some(rule("https://x.example/g", Some("a:b"), fixed("com.example"), false))
        );
        let below = NamespaceOf::Below("com.gitlab".to_owned());
        assert_eq!(given(" path = * : com.gitlab.{} "), Some(rule("path", None, below, false)));
        for wrong in [
            "",
            "a",
            "a=b",
            "a:b",
            "=b:com.example",
            "a=:com.example",
            "a=b:",
            "a=b:*",
            "a=b:.*",
            "a=b:{}",
            "a=b:com..example",
            "a=b:com.{}.example",
            "a=b:com/example",
            "a=b:com.example.*.*",
            "a=b:.{}",
        ] {
            assert_eq!(given(wrong), None, "{wrong}");
        }
    }
}
