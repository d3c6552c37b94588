//! From everything that was said to what counts.

use std::{
    ffi::OsString,
    fs,
    io::{self, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use sigyl_core::secret::SecretText;
use tracing::level_filters::LevelFilter;

use super::{
    Config, DEFAULT_CONFIG_FILE, DeployConfig, LogFormat, Mistake, PublisherConfig, PublisherLogin,
    Registration, Setting, SignOnAccounts, Source, TelemetryConfig, Unscanned, clouds, file,
    settings::{Secrecy, settings},
};

/// Longest file of settings that is read, bytes. Chosen: a thousand times what anyone writes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What was said, before anything of it is believed.
pub struct Given<'a> {
    /// The file that a flag names.
    pub file: Option<PathBuf>,
    /// Flags by their names, as `--listen`.
    pub flags: Vec<(&'static str, String)>,
    /// The environment.
    pub environment: &'a dyn Fn(&str) -> Option<OsString>,
}

/// A configuration, and where each value of it came from.
#[derive(Debug)]
pub struct Gathered {
    /// What counts.
    pub config: Config,
    /// Every setting with its text and source, in the order of the reference.
    pub values: Vec<(&'static Setting, SecretText, Source)>,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

/// Gathers the configuration.
///
/// # Errors
/// All mistakes at once, each with its place and mend.
pub fn gather(given: &Given<'_>) -> Result<Gathered, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let from_file = read_file(given, &mut mistakes);
    let mut config = empty(given.environment);
    let mut values = Vec::new();
    for setting in settings() {
        let (text, source) = chosen(setting, given, &from_file, &mut mistakes);
        // A default of nothing leaves what the configuration begins with.
        if !(text.is_empty() && source == Source::Default)
            && let Err(mend) = (setting.set)(&mut config, &text)
        {
            let message = match setting.secret {
                Secrecy::Plain => format!("`{text}` is no value of `{}`", setting.key),
                _ => format!("this is no value of `{}`", setting.key),
            };
            mistakes.push(Mistake { place: source.to_string(), message, mend });
        }
        values.push((setting, SecretText::new(text), source));
    }
    let place = |key: &str| {
        let found = values.iter().find(|(setting, ..)| setting.key == key);
        found.map_or(String::new(), |(_, _, source)| match source {
            Source::Default => key.to_owned(),
            source => source.to_string(),
        })
    };
    together(&config, &place, &mut mistakes);
    if mistakes.is_empty() { Ok(Gathered { config, values }) } else { Err(mistakes) }
}

type FromFile = Vec<(&'static Setting, String, Source)>;

fn read_file(given: &Given<'_>, mistakes: &mut Vec<Mistake>) -> FromFile {
    let named = given
        .file
        .clone()
        .or_else(|| (given.environment)("SIGYL_CONFIG").filter(|it| !it.is_empty()).map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_CONFIG_FILE));
    match read_text(&path) {
        Ok(text) => {
            let (values, found) = file::read(&path, &text);
            mistakes.extend(found);
            values
        }
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            mistakes.push(Mistake {
                place: path.display().to_string(),
                message: format!("cannot be read: {error}"),
                mend: "name another file, or mend its permissions".to_owned(),
            });
            Vec::new()
        }
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than 1 MiB"));
    }
    Ok(text)
}

/// The value that counts: of the flag, else of the variable, else of the file, else the default.
fn chosen(
    setting: &'static Setting,
    given: &Given<'_>,
    from_file: &FromFile,
    mistakes: &mut Vec<Mistake>,
) -> (String, Source) {
    if let Some(flag) = setting.flag
        && let Some((_, text)) = given.flags.iter().find(|(name, _)| *name == flag)
    {
        if setting.secret == Secrecy::Url && has_password(text) {
            mistakes.push(Mistake {
                place: flag.to_owned(),
                message: "a URL with a password can be read by others in the list of processes".to_owned(),
                mend: format!("set {} instead, or use PGPASSFILE", setting.variable),
            });
        }
        return (text.clone(), Source::Flag(flag));
    }
    if let Some(value) = (given.environment)(setting.variable) {
        match value.into_string() {
            Ok(text) => return (text, Source::Environment(setting.variable)),
            Err(_) => mistakes.push(Mistake {
                place: setting.variable.to_owned(),
                message: "is no text in UTF-8".to_owned(),
                mend: format!("write {}", setting.takes),
            }),
        }
    }
    let found = from_file.iter().find(|(other, ..)| other.key == setting.key);
    found.map_or((setting.default.to_owned(), Source::Default), |(_, text, source)| {
        (text.clone(), source.clone())
    })
}

/// Whether a URL carries a password before its host.
pub(crate) fn has_password(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or("");
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || url.contains("password=")
}

fn empty(environment: &dyn Fn(&str) -> Option<OsString>) -> Config {
    let folder = |name: &str| environment(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let data = folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/share")));
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_url: None,
        trusted_proxies: Vec::new(),
        tls_certificate_file: None,
        tls_key_file: None,
        data_dir: data.map(|data| data.join("sigyl/server")).unwrap_or_default(),
        body_limit_bytes: 0,
        request_timeout: Duration::ZERO,
        header_timeout: Duration::ZERO,
        connections_max: 0,
        shutdown_grace: Duration::ZERO,
        database_url: SecretText::new(String::new()),
        database_connections: 0,
        database_timeout: Duration::ZERO,
        master_key_file: None,
        master_key_command: Vec::new(),
        master_key: None,
        registration: Registration::Invitation,
        session_idle: Duration::ZERO,
        session_lifetime: Duration::ZERO,
        password_min_length: 0,
        reads_per_minute: 0,
        writes_per_minute: 0,
        logins_per_minute: 0,
        anonymous_reads: true,
        source_limit_bytes: 0,
        scan_program: None,
        unscanned: Unscanned::Hide,
        npm_registry: String::new(),
        publishers: PublisherConfig::default(),
        deploy: DeployConfig {
            path: environment("PATH").map(|path| path.to_string_lossy().into_owned()).unwrap_or_default(),
            build_env: build_env(environment),
            docker_host: environment("DOCKER_HOST")
                .and_then(|address| address.into_string().ok().filter(|address| !address.is_empty()))
                .unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned()),
            ..DeployConfig::default()
        },
        pypi_index: String::new(),
        outbound_networks: Vec::new(),
        outbound_proxy: None,
        outbound_timeout: Duration::ZERO,
        oidc_issuer: String::new(),
        oidc_client_id: String::new(),
        oidc_client_secret: None,
        oidc_title: String::new(),
        oidc_accounts: SignOnAccounts::Make,
        github_url: String::new(),
        github_client_id: String::new(),
        github_client_secret: None,
        github_accounts: SignOnAccounts::Known,
        telemetry: TelemetryConfig::default(),
        log_format: LogFormat::Text,
        log_level: LevelFilter::INFO,
    }
}

/// What installers of packages are told by variables: where packages come from, through what, and whom to trust. No
/// credentials: a registry that wants some is no place for what anyone may ask to be built.
const BUILD_VARIABLES: &[&str] = &[
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "NO_PROXY",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "UV_INDEX_URL",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "npm_config_cafile",
    "npm_config_registry",
];

fn build_env(environment: &dyn Fn(&str) -> Option<OsString>) -> Vec<(String, String)> {
    let set = BUILD_VARIABLES.iter().filter_map(|name| {
        let value = environment(name)?.into_string().ok().filter(|value| !value.is_empty())?;
        Some(((*name).to_owned(), value))
    });
    set.filter(|(_, value)| !has_password(value)).collect()
}

/// What single values cannot tell.
fn together(config: &Config, place: &dyn Fn(&str) -> String, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |key: &str, message: &str, mend: &str| {
        mistakes.push(Mistake { place: place(key), message: message.to_owned(), mend: mend.to_owned() });
    };
    if config.data_dir.as_os_str().is_empty() {
        wrong("server.data_dir", "there is no data folder", "name one with --data-dir");
    }
    if config.tls_certificate_file.is_some() != config.tls_key_file.is_some() {
        wrong("server.tls_key_file", "TLS needs a certificate and its key", "name both files, or neither");
    }
    let own_tls = config.tls_key_file.is_some();
    if own_tls && config.public_url.is_some() && !config.is_https() {
        wrong("server.public_url", "the server speaks TLS, but the public URL is http", "write https://");
    }
    if !config.listen.ip().is_loopback() {
        let key = "server.listen";
        if !config.is_https() {
            wrong(
                key,
                "listening beyond this computer needs an https public URL",
                "set server.public_url to https://HOST, or listen on 127.0.0.1",
            );
        } else if !own_tls && config.trusted_proxies.is_empty() {
            wrong(
                key,
                "listening beyond this computer needs TLS",
                "name a certificate and its key, or the proxy that speaks TLS in server.trusted_proxies",
            );
        }
    }
    if config.oidc_client_id.is_empty() != config.oidc_issuer.is_empty() {
        wrong(
            "oidc.client_id",
            "a login by OpenID Connect needs the issuer and the client's id",
            "name both, or neither",
        );
    }
    if config.github_client_secret.is_none() && !config.github_client_id.is_empty() {
        wrong(
            "github.client_id",
            "GitHub's flow needs the client's secret",
            "set SIGYL_GITHUB_CLIENT_SECRET",
        );
    }
    if config.publishers.logins.contains(&PublisherLogin::None)
        && (!config.listen.ip().is_loopback() || config.public_url.is_some())
    {
        wrong(
            "publishers.logins",
            "with `none`, anyone who reaches the server publishes",
            "leave it out, or listen on 127.0.0.1 without a public URL",
        );
    }
    let names_oidc = config.publishers.logins.contains(&PublisherLogin::Oidc);
    if names_oidc
        && (config.publishers.oidc_issuer.is_empty() || config.publishers.oidc_namespaces.is_empty())
    {
        wrong(
            "publishers.logins",
            "`oidc` needs an issuer, and which namespaces its claims give",
            "name publishers.oidc_issuer and publishers.oidc_namespaces, or leave it out",
        );
    }
    for (key, message, mend) in clouds::missing(&config.deploy) {
        wrong(key, message, mend);
    }
    let keys = [
        config.master_key_file.is_some(),
        !config.master_key_command.is_empty(),
        config.master_key.is_some(),
    ];
    if keys.iter().filter(|given| **given).count() > 1 {
        wrong("keys.master_key_file", "the master key is named more than once", "name one source of it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(
        flags: &[(&'static str, &str)],
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<Gathered, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.toml");
        fs::write(&path, file).unwrap();
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
            .collect::<Vec<_>>();
        let given = Given {
            file: Some(path.clone()),
            flags: flags.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            environment: &|name| match variables.iter().find(|(other, _)| other == name) {
                Some((_, value)) => Some(value.clone()),
                None => (name == "HOME").then(|| OsString::from("/home/someone")),
            },
        };
        let shown = path.display().to_string();
        gather(&given).map_err(|all| all.iter().map(|it| it.to_string().replace(&shown, "FILE")).collect())
    }

    #[test]
    fn an_empty_machine_needs_nothing() {
        let config = with(&[], &[], "").unwrap().config;
        assert_eq!(config.listen.to_string(), "127.0.0.1:7450");
        assert_eq!(config.data_dir, PathBuf::from("/home/someone/.local/share/sigyl/server"));
        assert_eq!(config.database_url.reveal(), "sqlite");
    }

    #[test]
    fn flags_win_over_variables_and_these_over_the_file() {
        let file =
            "[server]\nlisten = \"127.0.0.1:1\"\nbody_limit = \"2MiB\"\n[limits]\nreads_per_minute = 1_000\n";
        let variables = [("SIGYL_LISTEN", "127.0.0.1:2"), ("SIGYL_BODY_LIMIT", "3MiB")];
        let gathered = with(&[("--listen", "127.0.0.1:3")], &variables, file).unwrap();
        assert_eq!(gathered.config.listen.port(), 3);
        assert_eq!(gathered.config.body_limit_bytes, 3 << 20);
        assert_eq!(gathered.config.reads_per_minute, 1_000);
        let source = |key: &str| {
            let found = gathered.values.iter().find(|(setting, ..)| setting.key == key);
            found.map(|(.., source)| source.clone())
        };
        assert_eq!(source("server.listen"), Some(Source::Flag("--listen")));
        assert_eq!(source("server.body_limit"), Some(Source::Environment("SIGYL_BODY_LIMIT")));
        assert!(matches!(source("limits.reads_per_minute"), Some(Source::File { line: 5, column: 20, .. })));
        assert_eq!(source("log.level"), Some(Source::Default));
    }

    #[test]
    fn every_mistake_names_its_place_and_mend() {
        let file = "[server]\nlistne = 1\nbody_limit = 5\n[keys]\nmaster_key = \"x\"\n[log]\nlevel = [[]]\n";
        let mistakes = with(&[], &[("SIGYL_SESSION_IDLE", "soon")], file).unwrap_err();
        insta::assert_snapshot!(mistakes.join("\n"), @r"
        FILE:2:1: there is no setting `server.listne`; did you mean `server.listen`?
        FILE:5:1: `keys.master_key` may not stand in a file; set SIGYL_MASTER_KEY instead, or name a file
        FILE:7:9: `log.level` does not take this kind of value; write `error`, `warn`, `info` or `debug`
        FILE:3:14: `5` is no value of `server.body_limit`; write a number and a unit: B, KiB, MiB or GiB, as 16MiB
        SIGYL_SESSION_IDLE: `soon` is no value of `accounts.session_idle`; write a number and a unit: ms, s, m, h or d, as 30s
        ");
        let mistakes = with(&[], &[], "[server\n").unwrap_err();
        assert!(mistakes[0].starts_with("FILE:1:8: "), "{mistakes:?}");
    }

    #[test]
    fn passwords_are_refused_where_others_can_read_them() {
        for url in ["postgres://u:p@h/d", "postgres://h/d?user=u&password=p"] {
            let mistakes = with(&[("--database", url)], &[], "").unwrap_err();
            assert!(mistakes[0].starts_with("--database: ") && !mistakes[0].contains("p@h"), "{mistakes:?}");
            assert!(with(&[], &[("SIGYL_DATABASE_URL", url)], "").is_ok());
        }
        assert!(with(&[("--database", "postgres://u@h:5432/d")], &[], "").is_ok());
    }

    #[test]
    fn beyond_this_computer_needs_https() {
        let listen = ("--listen", "0.0.0.0:7450");
        assert!(with(&[listen], &[], "").is_err());
        assert!(with(&[listen], &[("SIGYL_PUBLIC_URL", "https://a.example")], "").is_err());
        assert!(
            with(
                &[listen],
                &[("SIGYL_PUBLIC_URL", "http://a.example"), ("SIGYL_TRUSTED_PROXIES", "10.0.0.1")],
                ""
            )
            .is_err()
        );
        let proxied =
            [("SIGYL_PUBLIC_URL", "https://a.example"), ("SIGYL_TRUSTED_PROXIES", "10.0.0.1,fd00::/8")];
        assert_eq!(with(&[listen], &proxied, "").unwrap().config.trusted_proxies.len(), 2);
        let own = [
            ("SIGYL_PUBLIC_URL", "https://a.example"),
            ("SIGYL_TLS_CERTIFICATE_FILE", "c.pem"),
            ("SIGYL_TLS_KEY_FILE", "k.pem"),
        ];
        assert!(with(&[listen], &own, "").is_ok());
        assert!(with(&[listen], &own[..2], "").is_err());
        assert!(with(&[("--listen", "[::1]:0")], &[], "").is_ok());
        let nobody = ("SIGYL_PUBLISHER_LOGINS", "dns,none");
        assert!(with(&[], &[nobody], "").is_ok());
        assert!(with(&[], &[nobody, ("SIGYL_PUBLIC_URL", "https://a.example")], "").is_err());
    }

    #[test]
    fn namespaces_have_workspaces() {
        let of = |text: &str| with(&[], &[("SIGYL_PUBLISHER_WORKSPACES", text)], "");
        let all = of("Com.Example=team, *=rest").unwrap().config.publishers.workspaces;
        assert_eq!((all[0].namespace.as_str(), all[0].workspace.as_str()), ("com.example", "team"));
        assert_eq!((all[1].namespace.as_str(), all[1].workspace.as_str()), ("", "rest"));
        for text in
            ["team", "=team", "com.example=", "com/example=team", "com.example=a b", "com.example=a=b"]
        {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
