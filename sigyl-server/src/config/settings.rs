//! Every setting: the one list from which the file, the variables, `sigyl config show` and the reference are made.

use super::{Config, sections};

/// One setting.
pub struct Setting {
    /// Section and name in the file, with a dot between them.
    pub key: &'static str,
    /// The variable of the environment.
    pub variable: &'static str,
    /// The flag, where it has one.
    pub flag: Option<&'static str>,
    /// What it is when nobody says anything; empty for none.
    pub default: &'static str,
    /// What kind of value it takes, for the reference.
    pub takes: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Whether it is never shown, and never taken from the file or a flag.
    pub secret: Secrecy,
    /// Puts a value in its place.
    pub(super) set: fn(&mut Config, &str) -> Result<(), String>,
}

/// How a setting's value is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Shown as it is.
    Plain,
    /// Shown without what stands between `:` and `@`; refused with that as a flag.
    Url,
    /// Never shown, and taken from the environment only.
    Secret,
}

/// A setting that most others are like.
pub(super) const PLAIN: Setting = Setting {
    key: "",
    variable: "",
    flag: None,
    default: "",
    takes: "",
    about: "",
    secret: Secrecy::Plain,
    set: |_, _| Ok(()),
};

/// All of them, by section, in the order of the reference.
static SECTIONS: &[&[Setting]] = &[
    sections::SERVER,
    sections::ACCOUNTS,
    sections::REGISTRY,
    sections::DEPLOY,
    sections::OUTBOUND,
    sections::SIGN_ON,
    sections::WATCHING,
];

/// All of them, in the order of the reference.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.iter())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_variables_and_flags_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for setting in settings() {
            assert!(seen.insert(setting.key) && seen.insert(setting.variable), "{}", setting.key);
            assert!(setting.variable.starts_with("SIGYL_"), "{}", setting.key);
            assert_eq!(setting.key.split('.').count(), 2, "{}", setting.key);
            assert!(!setting.takes.is_empty() && setting.about.ends_with('.'), "{}", setting.key);
            if let Some(flag) = setting.flag {
                assert!(flag.starts_with("--") && seen.insert(flag));
                assert_ne!(setting.secret, Secrecy::Secret, "{}", setting.key);
            }
        }
    }
}
