//! What logins keep: one file, for the user alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::{RemoteError, api::shown, settings_folder};

/// The file below the user's settings.
const FILE: &str = "sigyl/credentials.json";

/// Longest file that is read, bytes. Chosen: thousands of servers.
const MOST_BYTES: u64 = 1 << 20;

/// What the file says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Credentials {
    /// The server of the last login.
    pub(crate) current: Option<String>,
    /// What is shown to each server.
    #[serde(default)]
    servers: BTreeMap<String, Kept>,
}

/// What is shown to a server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) kind: Kind,
    pub(crate) token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// The workspace that is meant where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("kind", &self.kind)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Of a login with name and password.
    Session,
    /// An API key.
    Key,
}

impl Credentials {
    /// What is kept; nothing where there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or others can read it, too.
    pub(crate) fn load() -> Result<Self, RemoteError> {
        match path() {
            Some(path) => read(&path).map_err(|error| wrong(&path, &error)),
            None => Ok(Self::default()),
        }
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn save(&self) -> Result<(), RemoteError> {
        let path =
            path().ok_or_else(|| RemoteError::Missing("there is no HOME to keep the login in".to_owned()))?;
        write(&path, self).map_err(|error| wrong(&path, &error))
    }

    /// What is shown to this server.
    pub(crate) fn of(&self, url: &Url) -> Option<&Kept> {
        self.servers.get(&shown(url))
    }

    /// The same, to change it.
    pub(crate) fn of_mut(&mut self, url: &Url) -> Option<&mut Kept> {
        self.servers.get_mut(&shown(url))
    }

    /// Keeps a login, and means this server from now on.
    pub(crate) fn put(&mut self, url: &Url, kept: Kept) {
        self.current = Some(shown(url));
        self.servers.insert(shown(url), kept);
    }

    /// Forgets a login.
    pub(crate) fn remove(&mut self, url: &Url) {
        self.servers.remove(&shown(url));
        if self.current.as_deref() == Some(&shown(url)) {
            self.current = None;
        }
    }
}

fn path() -> Option<PathBuf> {
    settings_folder().map(|folder| folder.join(FILE))
}

fn wrong(path: &Path, error: &io::Error) -> RemoteError {
    RemoteError::Credentials { path: path.display().to_string(), why: error.to_string() }
}

fn read(path: &Path) -> io::Result<Credentials> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Credentials::default()),
        Err(error) => return Err(error),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if file.metadata()?.mode() & 0o077 != 0 {
            let why = "others may read it; use chmod 600, and change the keys that are in it";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text)?;
    serde_json::from_str(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn write(path: &Path, credentials: &Credentials) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // A temporary file is the user's alone from the beginning, and takes the place in one step.
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    file.write_all((serde_json::to_string_pretty(credentials)? + "\n").as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_the_users_alone_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.json");
        assert!(read(&path).unwrap().current.is_none());
        let url = Url::parse("https://a.example/").unwrap();
        let kept = Kept { kind: Kind::Key, token: "canary".to_owned(), username: None, workspace: None };
        let mut credentials = Credentials::default();
        credentials.put(&url, kept);
        assert!(!format!("{credentials:?}").contains("canary"));
        write(&path, &credentials).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let mut read_back = read(&path).unwrap();
        assert_eq!(read_back.of(&url).unwrap().token, "canary");
        read_back.remove(&url);
        assert!(read_back.current.is_none() && read_back.of(&url).is_none());

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }
}
