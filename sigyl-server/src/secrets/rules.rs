//! What a secret may be called, and what it may be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{accounts::UnknownName, http::ApiError};

/// Longest name, characters.
const NAME_CHARS_MAX: usize = 128;

/// Longest value, bytes: a private key with its chain of certificates.
const VALUE_BYTES_MAX: usize = 65_536;

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Any text.
    #[default]
    String,
    /// A number, as JSON writes one.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl Kind {
    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

impl TryFrom<String> for Kind {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        [Self::String, Self::Number, Self::Boolean]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(UnknownName)
    }
}

/// A name that an environment variable can have.
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    let fits = name.len() <= NAME_CHARS_MAX
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    match fits {
        true => Ok(()),
        false => Err(ApiError::invalid("name: letters, digits and _, with no digit first, at most 128")),
    }
}

/// A value of its kind. The message never repeats it.
pub(crate) fn check_value(kind: Kind, value: &str) -> Result<(), ApiError> {
    if value.is_empty() || value.len() > VALUE_BYTES_MAX {
        return Err(ApiError::invalid("value: 1 to 65,536 bytes"));
    }
    let fits = match kind {
        Kind::String => true,
        Kind::Number => serde_json::from_str::<serde_json::Number>(value).is_ok(),
        Kind::Boolean => matches!(value, "true" | "false"),
    };
    match fits {
        true => Ok(()),
        false => Err(ApiError::invalid(format!("value: is no {}", kind.as_str()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_variables() {
        for name in ["A", "_a", "OPENAI_API_KEY", "x9"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "9a", "a-b", "a.b", "é", "a b", "a=b", &"a".repeat(129)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn values_are_of_their_kind() {
        for (kind, value) in [(Kind::String, "x"), (Kind::Number, "-1.5e3"), (Kind::Boolean, "false")] {
            assert!(check_value(kind, value).is_ok(), "{value}");
        }
        for (kind, value) in [
            (Kind::String, ""),
            (Kind::Number, "0x1"),
            (Kind::Number, "NaN"),
            (Kind::Number, "1 2"),
            (Kind::Boolean, "True"),
        ] {
            assert!(check_value(kind, value).is_err(), "{value}");
        }
        assert!(check_value(Kind::String, &"x".repeat(VALUE_BYTES_MAX + 1)).is_err());
    }
}
