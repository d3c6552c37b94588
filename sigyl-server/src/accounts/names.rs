//! Names that people choose.

use crate::http::ApiError;

/// Names that would be mistaken for something else in an address.
const RESERVED: &[&str] =
    &["admin", "api", "docs", "health", "instance", "metrics", "new", "settings", "sigyl", "system"];

/// A user's name: it stands in the names of packages, so that it is short and plain.
///
/// # Errors
/// When it is too short or long, or has other characters.
pub(crate) fn username(text: &str) -> Result<String, ApiError> {
    handle(text, "username")
}

/// A workspace's name in addresses.
///
/// # Errors
/// When it is too short or long, or has other characters.
pub(crate) fn workspace_slug(text: &str) -> Result<String, ApiError> {
    handle(text, "slug")
}

/// What a deployment is called in its workspace; it stands in the names of packages as well.
///
/// # Errors
/// When it is too short or long, or has other characters.
pub(crate) fn deployment_name(text: &str) -> Result<String, ApiError> {
    handle(text, "name")
}

fn handle(text: &str, what: &str) -> Result<String, ApiError> {
    let text = text.to_ascii_lowercase();
    let fits = (2..=39).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--");
    if !fits {
        return Err(ApiError::invalid(format!(
            "{what}: 2 to 39 letters, digits and single hyphens, with neither end a hyphen"
        )));
    }
    // 26 letters could be an id, which addresses take in the same place.
    if RESERVED.contains(&text.as_str()) || text.len() == 26 {
        return Err(ApiError::invalid(format!("{what}: this name is reserved")));
    }
    Ok(text)
}

/// A name for people, on one line.
///
/// # Errors
/// When it is empty, too long, or has characters that cannot be seen.
pub(crate) fn display_name(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    let hidden = |it: char| {
        it.is_control()
            || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if text.is_empty() || text.chars().count() > 100 || text.chars().any(hidden) {
        return Err(ApiError::invalid("display_name: 1 to 100 characters that can be seen"));
    }
    Ok(text.to_owned())
}

/// An address of mail, in lower case. Whether it is right is told only by mail that arrives.
///
/// # Errors
/// When it cannot be one.
pub(crate) fn email(text: &str) -> Result<String, ApiError> {
    let text = text.trim().to_lowercase();
    let fits = text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    });
    let plain = text.len() <= 254 && !text.chars().any(|it| it.is_whitespace() || it.is_control());
    if fits && plain { Ok(text) } else { Err(ApiError::invalid("email: not an address of mail")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(username("Ada-1").unwrap(), "ada-1");
        for text in
            ["", "a", "-ab", "ab-", "a--b", "a_b", "ä1", "a b", "admin", &"a".repeat(26), &"a".repeat(40)]
        {
            assert!(username(text).is_err(), "{text}");
        }
        assert_eq!(display_name(" Ada L ").unwrap(), "Ada L");
        for text in ["", " ", "a\nb", "a\u{202e}b", &"a".repeat(101)] {
            assert!(display_name(text).is_err(), "{text}");
        }
        assert_eq!(email("Ada@Example.com").unwrap(), "ada@example.com");
        for text in ["", "ada", "@a.b", "a@b", "a@b.c@d.e", "a b@c.d", "a@.b"] {
            assert!(email(text).is_err(), "{text}");
        }
    }
}
