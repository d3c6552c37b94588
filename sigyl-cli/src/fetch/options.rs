//! Where packages come from, and how much of them.

use std::ffi::OsString;

use reqwest::Url;
use sigyl_core::source::Limits;

use super::FetchError;

/// The public registry of npm.
const NPM_REGISTRY: &str = "https://registry.npmjs.org/";
/// The public index of Python packages, by PEP 503 and PEP 691.
const PYPI_INDEX: &str = "https://pypi.org/simple/";

/// What fetching may use.
#[derive(Debug, Clone)]
pub(crate) struct FetchOptions {
    pub(crate) limits: Limits,
    /// The caller's environment, of which Git gets what it needs.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Ends in `/`.
    pub(super) npm_registry: Url,
    /// Ends in `/`.
    pub(super) pypi_index: Url,
}

impl FetchOptions {
    /// Takes the addresses as given, else from the variables that npm and pip read, else the public ones.
    ///
    /// # Errors
    /// When an address is not https, or is given with a password: other users of the machine see arguments.
    pub(crate) fn new(
        npm_registry: Option<&str>,
        pypi_index: Option<&str>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, FetchError> {
        let environment: Vec<_> = environment.into_iter().collect();
        let variable = |names: &[&str]| {
            let mut set = environment.iter().filter(|(name, _)| names.iter().any(|it| name == it));
            set.find_map(|(_, value)| value.to_str().filter(|value| !value.is_empty()))
        };
        for given in [npm_registry, pypi_index].into_iter().flatten() {
            refuse_credentials(given)?;
        }
        let npm = npm_registry.or_else(|| variable(&["npm_config_registry", "NPM_CONFIG_REGISTRY"]));
        let pypi = pypi_index.or_else(|| variable(&["PIP_INDEX_URL"]));
        Ok(Self {
            limits: Limits::default(),
            npm_registry: base(npm.unwrap_or(NPM_REGISTRY))?,
            pypi_index: base(pypi.unwrap_or(PYPI_INDEX))?,
            environment,
        })
    }
}

fn refuse_credentials(text: &str) -> Result<(), FetchError> {
    match Url::parse(text) {
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Err(FetchError::Registry {
            text: shown(&url),
            why: "credentials in an argument are seen by others; \
                  set npm_config_registry or PIP_INDEX_URL in the environment instead",
        }),
        _ => Ok(()),
    }
}

/// An address that names can be put after.
fn base(text: &str) -> Result<Url, FetchError> {
    let wrong = |text: String, why| FetchError::Registry { text, why };
    // Not repeated where it cannot be parsed, as it may hold a password.
    let mut url = Url::parse(text).map_err(|_| wrong(String::new(), "write https://HOST/PATH/"))?;
    if url.scheme() != "https" || url.cannot_be_a_base() {
        return Err(wrong(shown(&url), "packages are fetched by https only"));
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// The address as it may be shown: without credentials, query and fragment.
pub(super) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        variables.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    #[test]
    fn what_is_given_comes_before_the_environment() {
        let none = FetchOptions::new(None, None, []).unwrap();
        assert_eq!(none.npm_registry.as_str(), NPM_REGISTRY);
        assert_eq!(none.pypi_index.as_str(), PYPI_INDEX);
        let set = environment(&[
            ("npm_config_registry", "https://npm.example/a"),
            ("PIP_INDEX_URL", "https://user:secret@py.example/simple"),
        ]);
        let from_environment = FetchOptions::new(None, None, set.clone()).unwrap();
        assert_eq!(from_environment.npm_registry.as_str(), "https://npm.example/a/");
        assert_eq!(shown(&from_environment.pypi_index), "https://py.example/simple/");
        let given = FetchOptions::new(Some("https://other.example"), None, set).unwrap();
        assert_eq!(given.npm_registry.as_str(), "https://other.example/");
    }

    #[test]
    fn credentials_are_no_argument() {
        let with = "https://user:canary@npm.example/";
        for (npm, pypi) in [(Some(with), None), (None, Some(with))] {
            let error = FetchOptions::new(npm, pypi, []).unwrap_err().to_string();
            assert!(error.contains("npm.example") && !error.contains("canary"), "{error}");
        }
        assert!(FetchOptions::new(None, None, environment(&[("PIP_INDEX_URL", with)])).is_ok());
    }

    #[test]
    fn only_https() {
        for text in ["http://npm.example/", "file:///srv", "data:text/plain,x", "npm.example", ""] {
            assert!(FetchOptions::new(Some(text), None, []).is_err(), "{text}");
        }
        let error = FetchOptions::new(Some("http://user:secret@npm.example/"), None, []).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
