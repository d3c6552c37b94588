//! Secrets of common services: what they look like, and where to get them.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of a service's secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretTemplate {
    /// Whose it is.
    pub(crate) service: String,
    /// What servers call it.
    pub(crate) names: Vec<String>,
    /// How one recognises it.
    pub(crate) looks_like: String,
    /// The page where it is made.
    #[serde(rename = "where")]
    pub(crate) page: String,
    /// What to see to when making it.
    pub(crate) about: String,
}

/// All of them, in the order of the file.
pub(crate) fn templates() -> &'static [SecretTemplate] {
    static ALL: LazyLock<Vec<SecretTemplate>> =
        LazyLock::new(|| serde_json::from_str(include_str!("templates.json")).unwrap_or_default());
    &ALL
}

/// What is known of a secret that is called so.
pub(crate) fn template_of(name: &str) -> Option<&'static SecretTemplate> {
    templates().iter().find(|it| it.names.iter().any(|other| other.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_file_is_well_formed() {
        let file: Vec<SecretTemplate> = serde_json::from_str(include_str!("templates.json")).unwrap();
        assert!(file.len() > 40 && file.len() == templates().len());
        let mut seen = HashSet::new();
        for template in &file {
            assert!(template.page.starts_with("https://"), "{}", template.service);
            assert!(template.about.ends_with('.') && !template.looks_like.is_empty(), "{}", template.service);
            for name in &template.names {
                crate::secrets::check_name(name).unwrap();
                assert!(seen.insert(name.to_uppercase()), "{name} is there twice");
            }
        }
        assert_eq!(template_of("openai_api_key").unwrap().service, "OpenAI");
        assert_eq!(template_of("NOTHING"), None);
    }
}
