//! Secrets of a build: opened when it begins, given to what installs, and taken out of everything that it says.

use std::collections::BTreeMap;

use sigyl_core::secret::SecretText;

use super::{BackendError, BuildInput, Progress, SecretRef, SecretSource, hidden::hide};
use crate::line::Step;

/// Longest value, bytes: BuildKit's own limit is 500 KB, that of one variable of Linux 128 KiB.
const VALUE_BYTES_MAX: usize = 64 << 10;

/// What a deployment gives to builds.
#[derive(Clone, Copy)]
pub struct BuildSecrets<'a> {
    /// References by the names that plans have.
    pub given: &'a BTreeMap<String, SecretRef>,
    /// Who opens them.
    pub source: &'a dyn SecretSource,
}

impl BuildInput<'_> {
    /// Whether the plan is one for this deployment: what is built with secrets belongs to who gave them.
    pub(crate) fn check_owner(&self) -> Result<(), BackendError> {
        let is_own = self.plan.private_to.as_deref() == Some(self.id.as_str());
        if self.plan.build_secrets.is_empty() || is_own {
            return Ok(());
        }
        Err(BackendError::Failed {
            backend: "the build".to_owned(),
            reason: "its plan has build secrets, and was not made for this deployment".to_owned(),
        })
    }

    /// Opens what the plan names, and nothing else that was given.
    pub(crate) async fn open_secrets(&self) -> Result<Opened, BackendError> {
        let mut opened = BTreeMap::new();
        for name in &self.plan.build_secrets {
            let missing =
                |reason: &str| BackendError::Secret { name: name.clone(), reason: reason.to_owned() };
            let given = self.secrets.and_then(|secrets| Some((secrets.source, secrets.given.get(name)?)));
            let (source, reference) =
                given.ok_or_else(|| missing("the build needs it (`build.secrets`), and it was not given"))?;
            let value = source.reveal(reference).await?;
            let text = value.reveal();
            if text.is_empty() || text.contains('\0') || text.len() > VALUE_BYTES_MAX {
                return Err(missing("a build secret has 1 to 65,536 bytes, and no NUL"));
            }
            opened.insert(name.clone(), value);
        }
        Ok(Opened(opened))
    }
}

/// Values of build secrets by name, for the time of a build.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opened(BTreeMap<String, SecretText>);

impl Opened {
    #[cfg(any(feature = "docker", feature = "cloud-run"))]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(feature = "docker")]
    pub(crate) fn get(&self, name: &str) -> Option<&SecretText> {
        self.0.get(name)
    }

    /// All of them by name.
    #[cfg(feature = "cloud-run")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &SecretText)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Those of these names.
    #[cfg(feature = "process")]
    pub(crate) fn of(&self, names: &[String]) -> BTreeMap<String, SecretText> {
        names.iter().filter_map(|name| Some((name.clone(), self.0.get(name)?.clone()))).collect()
    }

    /// A text without the values, each line of one that has several, what each is as a part of an address, and the password
    /// of one that is an address.
    pub(crate) fn hide(&self, text: &str) -> String {
        let lines = self.0.values().flat_map(|value| value.reveal().lines().map(str::trim));
        let pieces = lines.flat_map(|line| {
            let passwords = line.split_whitespace().filter_map(password);
            let passwords = passwords.flat_map(|it| [it.to_owned(), unquoted(it)]);
            [line.to_owned(), quoted(line)].into_iter().chain(passwords)
        });
        let pieces: Vec<SecretText> = pieces.map(SecretText::new).collect();
        hide(self.0.values().chain(&pieces), text)
    }

    /// What a failed build says, without them.
    pub(crate) fn hide_in(&self, error: BackendError) -> BackendError {
        match error {
            BackendError::Build { step, reason, output } => BackendError::Build {
                step: self.hide(&step),
                reason: self.hide(&reason),
                output: output.iter().map(|line| self.hide(line)).collect(),
            },
            BackendError::Image { reason } => BackendError::Image { reason: self.hide(&reason) },
            BackendError::Failed { backend, reason } => {
                BackendError::Failed { backend, reason: self.hide(&reason) }
            }
            other => other,
        }
    }
}

#[cfg(test)]
impl From<BTreeMap<String, SecretText>> for Opened {
    fn from(values: BTreeMap<String, SecretText>) -> Self {
        Self(values)
    }
}

/// The password of an address, or the user where it has none.
fn password(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let (login, _) = rest.get(..rest.find('/').unwrap_or(rest.len()))?.rsplit_once('@')?;
    Some(login.split_once(':').map_or(login, |(_, password)| password))
}

/// A value as a part of an address: RFC 3986, 2.1.
fn quoted(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

fn unquoted(part: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), part.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        let byte = digits.and_then(|it| u8::from_str_radix(it, 16).ok());
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Hears what a build says, and passes it on without its secrets.
pub(crate) struct Hiding<'a> {
    pub(crate) progress: &'a dyn Progress,
    pub(crate) secrets: &'a Opened,
}

impl Progress for Hiding<'_> {
    fn line(&self, text: &str) {
        self.progress.line(&self.secrets.hide(text));
    }

    fn step(&self, step: Step) {
        self.progress.step(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_from_all_that_is_told() {
        let value = SecretText::new("first-canary\nsecond-canary\n".to_owned());
        let opened = Opened(BTreeMap::from([("KEY".to_owned(), value)]));
        assert_eq!(opened.hide("a first-canary b"), "a [redacted] b");
        assert_eq!(opened.hide("second-canary"), "[redacted]");
        let addresses = "https://robot:p%2Fcanary@a.example/s https://token-canary@b.example".to_owned();
        let of_addresses = Opened(BTreeMap::from([("URL".to_owned(), SecretText::new(addresses))]));
        for said in ["p%2Fcanary", "p/canary", "token-canary"] {
            assert_eq!(of_addresses.hide(&format!("401 for {said}!")), "401 for [redacted]!");
        }
        assert_eq!(of_addresses.hide("robot at a.example"), "robot at a.example");
        let odd = Opened(BTreeMap::from([("KEY".to_owned(), SecretText::new("a/b?canary".to_owned()))]));
        assert_eq!(odd.hide("https://u:a%2Fb%3Fcanary@x"), "https://u:[redacted]@x");
        let error = BackendError::Build {
            step: "npm ci first-canary".to_owned(),
            reason: "no second-canary".to_owned(),
            output: vec!["401 first-canary".to_owned()],
        };
        assert!(!format!("{:?}", opened.hide_in(error)).contains("canary"));
        assert!(!format!("{opened:?}").contains("canary"));
    }
}
