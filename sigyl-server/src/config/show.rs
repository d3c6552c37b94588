//! `sigyl config show`: every value with where it came from.

use std::fmt::Write;

use super::{gather::Gathered, settings::Secrecy};

/// One line for each setting: key, value, source. Nothing secret is in it.
pub fn show(gathered: &Gathered) -> String {
    let width = gathered.values.iter().map(|(setting, ..)| setting.key.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (setting, text, source) in &gathered.values {
        let text = text.reveal();
        let value = match setting.secret {
            Secrecy::Plain if setting.key == "server.data_dir" => {
                gathered.config.data_dir.display().to_string()
            }
            Secrecy::Plain => text.to_owned(),
            Secrecy::Url => redacted_url(text),
            Secrecy::Secret if text.is_empty() => String::new(),
            Secrecy::Secret => "[redacted]".to_owned(),
        };
        // As a literal: what was read from a file or the environment may hold anything. Writing cannot fail.
        let _ = writeln!(out, "{:width$} = {value:?}  # {source}", setting.key);
    }
    out
}

/// A URL without what stands between its scheme and host, and without its query, which may hold a password, too.
pub(crate) fn redacted_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split('?').next().unwrap_or("");
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or("");
            format!("{scheme}://{user}@{host}{path}")
        }
        None => format!("{scheme}://{authority}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::{super::Given, *};

    #[test]
    fn secrets_are_not_shown() {
        let given = Given {
            file: None,
            flags: vec![("--listen", "127.0.0.1:9".to_owned())],
            environment: &|name| match name {
                "HOME" => Some(OsString::from("/home/someone")),
                "SIGYL_DATABASE_URL" => {
                    Some(OsString::from("postgres://user:canary@host/db?password=canary"))
                }
                "SIGYL_MASTER_KEY" => Some(OsString::from("canary")),
                _ => None,
            },
        };
        let shown = show(&super::super::gather(&given).unwrap());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("\"postgres://user@host/db\"  # SIGYL_DATABASE_URL"), "{shown}");
        assert!(shown.contains("\"127.0.0.1:9\"  # --listen"), "{shown}");
        assert!(shown.contains("/home/someone/.local/share/sigyl/server"), "{shown}");
    }
}
