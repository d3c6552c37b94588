//! Who the server is to the registry of images, read each time, so that what ends can be exchanged in its file.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sigyl_core::secret::SecretText;
use sigyl_deploy::backend::{
    BackendError,
    docker::{Credentials, RegistryLogin},
};

use crate::config::RegistryConfig;

/// Longest file with a secret that is read, bytes. Chosen: a service account's key has 2,400.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// Where a login is.
pub(super) enum RegistryFiles {
    /// A password as it was given.
    Given(Credentials),
    /// A file that has the password of this user.
    Password(String, PathBuf),
    /// Docker's file of logins, and the registry's address in it.
    Logins(PathBuf, String),
}

impl RegistryFiles {
    /// The login that is configured for a registry.
    pub(super) fn of(config: &RegistryConfig, address: &str) -> Option<Arc<dyn RegistryLogin>> {
        let user = config.user.clone();
        let login = match (&config.password, &config.password_file, &config.auth_file) {
            (Some(password), ..) => Self::Given(Credentials { user, password: password.clone() }),
            (_, Some(file), _) => Self::Password(user, file.clone()),
            (.., Some(file)) => Self::Logins(file.clone(), address.to_owned()),
            _ => return None,
        };
        Some(Arc::new(login))
    }
}

#[async_trait]
impl RegistryLogin for RegistryFiles {
    async fn credentials(&self) -> Result<Credentials, BackendError> {
        let unavailable = |reason: String| BackendError::Unavailable {
            backend: "the registry of images".to_owned(),
            reason,
        };
        match self {
            Self::Given(credentials) => Ok(credentials.clone()),
            Self::Password(user, file) => {
                let password = secret_file(file).map_err(unavailable)?;
                Ok(Credentials { user: user.clone(), password })
            }
            Self::Logins(file, address) => {
                let text = secret_file(file).map_err(unavailable)?;
                login_of(&text, address).map_err(|why| unavailable(format!("{}: {why}", file.display())))
            }
        }
    }
}

/// The secret that a file has, without white space around it.
pub(super) fn secret_file(path: &Path) -> Result<SecretText, String> {
    let read = || {
        let mut text = String::new();
        std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
        match text.len() as u64 > FILE_BYTES_MAX {
            true => Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than 64 KiB")),
            false => Ok(text),
        }
    };
    let text =
        SecretText::new(read().map_err(|error| format!("{} cannot be read: {error}", path.display()))?);
    match text.reveal().trim() {
        "" => Err(format!("{} is empty", path.display())),
        trimmed => Ok(SecretText::new(trimmed.to_owned())),
    }
}

/// A registry's login in Docker's file. What is wrong is told without what stands there.
fn login_of(text: &SecretText, address: &str) -> Result<Credentials, String> {
    let file: Value = serde_json::from_str(text.reveal()).map_err(|_| "is not JSON")?;
    let Some(login) = file.get("auths").and_then(|auths| auths.get(address)) else {
        let helper = file.get("credHelpers").and_then(|helpers| helpers.get(address));
        return Err(match helper.or(file.get("credsStore")) {
            Some(_) => format!("a program keeps the login for {address}, which is not asked"),
            None => format!("there is no login for {address}"),
        });
    };
    let coded = login.get("auth").and_then(Value::as_str).filter(|coded| !coded.is_empty());
    let coded = coded.ok_or_else(|| format!("the login for {address} has no user and password"))?;
    let wrong = || format!("the login for {address} is not Base64 of user and password");
    let plain = STANDARD.decode(coded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let plain = SecretText::new(plain.ok_or_else(wrong)?);
    let (user, password) = plain.reveal().split_once(':').ok_or_else(wrong)?;
    Ok(Credentials {
        user: user.to_owned(),
        password: SecretText::new(password.trim_end_matches('\0').to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<(String, String), String> {
        let login = login_of(&SecretText::new(text.to_owned()), "r.example:5000")?;
        Ok((login.user, login.password.reveal().to_owned()))
    }

    #[test]
    fn logins_of_docker() {
        // robot:can:ary
        let good =
            r#"{"auths":{"r.example":{"auth":"eA=="},"r.example:5000":{"auth":"cm9ib3Q6Y2FuOmFyeQ=="}}}"#;
        assert_eq!(said(good), Ok(("robot".to_owned(), "can:ary".to_owned())));
        for (text, told) in [
            ("canary", "is not JSON"),
            ("{}", "there is no login"),
            (r#"{"credsStore":"desktop"}"#, "which is not asked"),
            (r#"{"credHelpers":{"r.example:5000":"gcloud"}}"#, "which is not asked"),
            (r#"{"auths":{"r.example:5000":{"identitytoken":"canary"}}}"#, "no user and password"),
            (r#"{"auths":{"r.example:5000":{"auth":"canary!"}}}"#, "not Base64"),
            (r#"{"auths":{"r.example:5000":{"auth":"Y2FuYXJ5"}}}"#, "not Base64"),
        ] {
            let why = said(text).unwrap_err();
            assert!(why.contains(told) && !why.contains("canary"), "{text}: {why}");
        }
    }

    #[tokio::test]
    async fn a_password_is_read_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        let config = RegistryConfig {
            user: "robot".to_owned(),
            password_file: Some(file.clone()),
            ..RegistryConfig::default()
        };
        let login = RegistryFiles::of(&config, "r.example").unwrap();
        assert_eq!(login.credentials().await.unwrap_err().code(), "backend-unavailable");
        for password in ["one", "two"] {
            std::fs::write(&file, format!("{password}\n")).unwrap();
            assert_eq!(login.credentials().await.unwrap().password.reveal(), password);
        }
        std::fs::write(&file, "\n").unwrap();
        assert!(login.credentials().await.is_err());
        assert!(RegistryFiles::of(&RegistryConfig::default(), "r.example").is_none());
    }
}
