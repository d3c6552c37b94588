//! Every setting: the one list from which the file, the variables, `sigyl config show` and the reference are made.

use sigyl_core::secret::SecretText;
use tracing::level_filters::LevelFilter;

use super::{
    Config, LogFormat, Network, PublicUrl, PublisherLogin, PublisherWorkspace, Registration, SignOnAccounts,
    Unscanned, clouds,
    values::{address, duration, list, number, one_of, path, size, web_address},
};

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

/// Backends that this program was built with.
const BACKENDS: &[&str] = &[
    "process",
    "docker",
    "swarm",
    #[cfg(feature = "kubernetes")]
    "kubernetes",
    #[cfg(feature = "cloud-run")]
    "cloud-run",
    #[cfg(feature = "railway")]
    "railway",
];

/// Backends that there are.
const ALL_BACKENDS: &[&str] = &["process", "docker", "swarm", "kubernetes", "cloud-run", "railway"];

/// All of them, in the order of the reference.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "server.listen",
        variable: "SIGYL_LISTEN",
        flag: Some("--listen"),
        default: "127.0.0.1:7450",
        takes: "address and port",
        about: "Where the server listens. Anything but this computer needs an https `public_url`, and TLS of its own or a trusted proxy.",
        set: |config, text| address(text).map(|it| config.listen = it),
        ..PLAIN
    },
    Setting {
        key: "server.data_dir",
        variable: "SIGYL_DATA_DIR",
        flag: Some("--data-dir"),
        takes: "folder",
        about: "Where the server keeps its files, for its user alone (0700). Default: `sigyl/server` in the user's data folder.",
        set: |config, text| {
            if let Some(it) = path(text)? {
                config.data_dir = it;
            }
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "server.public_url",
        variable: "SIGYL_PUBLIC_URL",
        takes: "URL",
        about: "Where clients reach the server. Requests for other hosts are refused. Default: the address of the listener.",
        set: |config, text| {
            if text.is_empty() {
                config.public_url = None;
                return Ok(());
            }
            let url = PublicUrl::parse(text).ok_or("write https://HOST, without user, query or fragment")?;
            config.public_url = Some(url);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "server.trusted_proxies",
        variable: "SIGYL_TRUSTED_PROXIES",
        takes: "list of addresses and ranges",
        about: "Proxies whose `X-Forwarded-For` counts. Anyone else's is ignored.",
        set: |config, text| {
            let networks = list(text).map(Network::parse).collect::<Option<Vec<_>>>();
            config.trusted_proxies = networks.ok_or("write addresses or ranges, as 10.0.0.0/8")?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "server.tls_certificate_file",
        variable: "SIGYL_TLS_CERTIFICATE_FILE",
        takes: "file",
        about: "The certificate and those between it and its root, in PEM, for TLS without a proxy. Read at start.",
        set: |config, text| path(text).map(|it| config.tls_certificate_file = it),
        ..PLAIN
    },
    Setting {
        key: "server.tls_key_file",
        variable: "SIGYL_TLS_KEY_FILE",
        takes: "file",
        about: "The certificate's private key, in PEM.",
        set: |config, text| path(text).map(|it| config.tls_key_file = it),
        ..PLAIN
    },
    Setting {
        key: "server.body_limit",
        variable: "SIGYL_BODY_LIMIT",
        default: "1MiB",
        takes: "size",
        about: "Longest body of a request.",
        set: |config, text| size(text).map(|it| config.body_limit_bytes = it),
        ..PLAIN
    },
    Setting {
        key: "server.request_timeout",
        variable: "SIGYL_REQUEST_TIMEOUT",
        default: "30s",
        takes: "duration",
        about: "How long a request may take.",
        set: |config, text| duration(text).map(|it| config.request_timeout = it),
        ..PLAIN
    },
    Setting {
        key: "server.header_timeout",
        variable: "SIGYL_HEADER_TIMEOUT",
        default: "10s",
        takes: "duration",
        about: "How long a client may take to send the head of a request, or to agree on TLS.",
        set: |config, text| duration(text).map(|it| config.header_timeout = it),
        ..PLAIN
    },
    Setting {
        key: "server.connections_max",
        variable: "SIGYL_CONNECTIONS_MAX",
        default: "2048",
        takes: "number",
        about: "Connections at a time; more wait to be accepted.",
        set: |config, text| number(text, 1, 1_000_000).map(|it| config.connections_max = it),
        ..PLAIN
    },
    Setting {
        key: "server.shutdown_grace",
        variable: "SIGYL_SHUTDOWN_GRACE",
        default: "20s",
        takes: "duration",
        about: "How long requests may go on after the server was told to end.",
        set: |config, text| duration(text).map(|it| config.shutdown_grace = it),
        ..PLAIN
    },
    Setting {
        key: "database.url",
        variable: "SIGYL_DATABASE_URL",
        flag: Some("--database"),
        default: "sqlite",
        takes: "URL",
        about: "`sqlite` for a file in the data folder, `sqlite:PATH`, or `postgres://USER@HOST/NAME`. A URL with a password is refused as a flag, since others can read it there; `PGPASSFILE` and `PGPASSWORD` count.",
        secret: Secrecy::Url,
        set: |config, text| {
            let known = text == "sqlite"
                || text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
                || ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
            if !known {
                return Err("write sqlite, sqlite:PATH or postgres://USER@HOST/NAME".to_owned());
            }
            config.database_url = SecretText::new(text.to_owned());
            Ok(())
        },
    },
    Setting {
        key: "database.connections",
        variable: "SIGYL_DATABASE_CONNECTIONS",
        default: "10",
        takes: "number",
        about: "Connections to the database, for each process.",
        set: |config, text| number(text, 2, 1_000).map(|it| config.database_connections = it),
        ..PLAIN
    },
    Setting {
        key: "database.timeout",
        variable: "SIGYL_DATABASE_TIMEOUT",
        default: "5s",
        takes: "duration",
        about: "How long to wait for a connection, or for a lock of SQLite.",
        set: |config, text| duration(text).map(|it| config.database_timeout = it),
        ..PLAIN
    },
    Setting {
        key: "keys.master_key_file",
        variable: "SIGYL_MASTER_KEY_FILE",
        takes: "file",
        about: "The file with the master key: 32 random bytes in base64 or hexadecimal, readable by its owner alone. Default: `master.key` in the data folder, made at the first start on an empty SQLite.",
        set: |config, text| path(text).map(|it| config.master_key_file = it),
        ..PLAIN
    },
    Setting {
        key: "keys.master_key_command",
        variable: "SIGYL_MASTER_KEY_COMMAND",
        takes: "list: program and arguments",
        about: "A command that prints the master key, such as a password manager's or a key service's. Run at start, without a shell.",
        set: |config, text| {
            config.master_key_command = list(text).map(ToOwned::to_owned).collect();
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "keys.master_key",
        variable: "SIGYL_MASTER_KEY",
        takes: "32 bytes in base64 or hexadecimal",
        about: "The master key itself. A last resort: other processes of the same user can read it.",
        secret: Secrecy::Secret,
        set: |config, text| {
            config.master_key = (!text.is_empty()).then(|| SecretText::new(text.to_owned()));
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "accounts.registration",
        variable: "SIGYL_REGISTRATION",
        default: "invitation",
        takes: "`invitation` or `open`",
        about: "Who may make an account: whoever was invited, or anyone.",
        set: |config, text| {
            let names = [("invitation", Registration::Invitation), ("open", Registration::Open)];
            one_of(text, &names).map(|it| config.registration = it)
        },
        ..PLAIN
    },
    Setting {
        key: "accounts.session_idle",
        variable: "SIGYL_SESSION_IDLE",
        default: "7d",
        takes: "duration",
        about: "How long a session lasts after its last use.",
        set: |config, text| duration(text).map(|it| config.session_idle = it),
        ..PLAIN
    },
    Setting {
        key: "accounts.session_lifetime",
        variable: "SIGYL_SESSION_LIFETIME",
        default: "30d",
        takes: "duration",
        about: "How long a session lasts at most.",
        set: |config, text| duration(text).map(|it| config.session_lifetime = it),
        ..PLAIN
    },
    Setting {
        key: "accounts.password_min_length",
        variable: "SIGYL_PASSWORD_MIN_LENGTH",
        default: "12",
        takes: "number",
        about: "Fewest characters of a new password.",
        set: |config, text| number(text, 8, 128).map(|it| config.password_min_length = it),
        ..PLAIN
    },
    Setting {
        key: "limits.reads_per_minute",
        variable: "SIGYL_READS_PER_MINUTE",
        default: "1200",
        takes: "number",
        about: "Requests that read, for each caller; more get 429. Counted over all replicas.",
        set: |config, text| number(text, 1, 60_000).map(|it| config.reads_per_minute = it),
        ..PLAIN
    },
    Setting {
        key: "limits.writes_per_minute",
        variable: "SIGYL_WRITES_PER_MINUTE",
        default: "240",
        takes: "number",
        about: "Requests that write, for each caller.",
        set: |config, text| number(text, 1, 60_000).map(|it| config.writes_per_minute = it),
        ..PLAIN
    },
    Setting {
        key: "limits.logins_per_minute",
        variable: "SIGYL_LOGINS_PER_MINUTE",
        default: "10",
        takes: "number",
        about: "Attempts to log in, to register or to show an invitation, for each address; half as many for each account and address, so that nobody locks another one out.",
        set: |config, text| number(text, 2, 60_000).map(|it| config.logins_per_minute = it),
        ..PLAIN
    },
    Setting {
        key: "registry.anonymous_reads",
        variable: "SIGYL_ANONYMOUS_READS",
        default: "true",
        takes: "`true` or `false`",
        about: "Whether the registry is read without a key or session. Copilot and VS Code send none.",
        set: |config, text| {
            one_of(text, &[("true", true), ("false", false)]).map(|it| config.anonymous_reads = it)
        },
        ..PLAIN
    },
    Setting {
        key: "registry.unscanned",
        variable: "SIGYL_UNSCANNED",
        default: "hide",
        takes: "`hide` or `show`",
        about: "Whether versions that nobody scanned, published from now on, are shown to others than their workspace.",
        set: |config, text| {
            let names = [("hide", Unscanned::Hide), ("show", Unscanned::Show)];
            one_of(text, &names).map(|it| config.unscanned = it)
        },
        ..PLAIN
    },
    Setting {
        key: "registry.source_limit",
        variable: "SIGYL_SOURCE_LIMIT",
        default: "16MiB",
        takes: "size",
        about: "Longest archive that is uploaded as a version's source.",
        set: |config, text| size(text).map(|it| config.source_limit_bytes = it),
        ..PLAIN
    },
    Setting {
        key: "registry.scan_program",
        variable: "SIGYL_SCAN_PROGRAM",
        takes: "file",
        about: "The `sigyl` or `sigyl-server` that is started to scan uploads. Default: the one that runs.",
        set: |config, text| path(text).map(|it| config.scan_program = it),
        ..PLAIN
    },
    Setting {
        key: "publishers.logins",
        variable: "SIGYL_PUBLISHER_LOGINS",
        takes: "list of `dns`, `http`, `github-oidc`, `github-at`, `none`",
        about: "How the official publisher may log in, with no account here: by proving a namespace. `none` proves nothing, and is for a server that only this computer reaches.",
        set: |config, text| {
            let logins =
                list(text).map(|name| one_of(name, &PublisherLogin::ALL)).collect::<Result<Vec<_>, _>>();
            config.publishers.logins = logins?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.workspaces",
        variable: "SIGYL_PUBLISHER_WORKSPACES",
        takes: "list of NAMESPACE=WORKSPACE",
        about: "Where what was published by such a login belongs: for a namespace and those below it, or `*` for any, the workspace's slug. The longest namespace counts; without any, the login is refused.",
        set: |config, text| {
            let workspaces = list(text).map(publisher_workspace).collect::<Option<Vec<_>>>();
            config.publishers.workspaces =
                workspaces.ok_or("write NAMESPACE=WORKSPACE, as com.example=team or *=team")?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.dns_server",
        variable: "SIGYL_PUBLISHER_DNS_SERVER",
        takes: "address and port",
        about: "The name server that is asked for records of domains, over TCP. Default: those of the system.",
        set: |config, text| {
            config.publishers.dns_server = if text.is_empty() { None } else { Some(address(text)?) };
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.github_audience",
        variable: "SIGYL_PUBLISHER_GITHUB_AUDIENCE",
        takes: "text",
        about: "Whom tokens of GitHub's workflows have to be for. Default: scheme and host of the public URL, which is what the official publisher asks for.",
        set: |config, text| {
            text.clone_into(&mut config.publishers.audience);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.github_issuer",
        variable: "SIGYL_PUBLISHER_GITHUB_ISSUER",
        default: "https://token.actions.githubusercontent.com",
        takes: "URL",
        about: "Who signs tokens of GitHub's workflows; of a GitHub Enterprise Server, `https://HOST/_services/token`.",
        set: |config, text| {
            provider(text)?.trim_end_matches('/').clone_into(&mut config.publishers.issuer);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.backends",
        variable: "SIGYL_DEPLOY_BACKENDS",
        default: "auto",
        takes: "`auto`, `none`, or names",
        about: "Where deployments run, the one that is used unasked first: `process`, `docker`, `swarm`, `kubernetes`, `cloud-run`, `railway`. `auto` is `docker` where its engine answers when the server starts, and `process`.",
        set: |config, text| {
            let names = list(text).map(str::to_owned).collect::<Vec<_>>();
            let is_known = |name: &str| ["auto", "none"].contains(&name) || BACKENDS.contains(&name);
            match names.iter().find(|name| !is_known(name)) {
                Some(name) if ALL_BACKENDS.contains(&name.as_str()) => {
                    Err(format!("this program was built without {name}; build it with `--features {name}`"))
                }
                Some(name) => {
                    Err(format!("{name} is no backend; write auto, none, {}", ALL_BACKENDS.join(", ")))
                }
                None => {
                    config.deploy.backends = names;
                    Ok(())
                }
            }
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.docker_host",
        variable: "SIGYL_DOCKER_HOST",
        takes: "address",
        about: "Where the engine of `docker` and `swarm` listens. Default: what `DOCKER_HOST` says, else `unix:///var/run/docker.sock`.",
        set: |config, text| {
            text.clone_into(&mut config.deploy.docker_host);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.registry",
        variable: "SIGYL_DEPLOY_REGISTRY",
        takes: "host and folder",
        about: "Where images are pushed and pulled by digest, such as `registry.example.com/sigyl`; nowhere where absent. `swarm`, `kubernetes`, `cloud-run` and `railway` need one for what they do not get as an image.",
        set: |config, text| {
            let is_whole =
                text.split_once('/').is_some_and(|(host, folder)| !host.is_empty() && !folder.is_empty());
            if !is_whole || text.contains("://") {
                return Err("write HOST/FOLDER, without https://".to_owned());
            }
            text.clone_into(&mut config.deploy.registry);
            Ok(())
        },
        ..PLAIN
    },
    clouds::REGISTRY_USER,
    clouds::REGISTRY_PASSWORD,
    clouds::REGISTRY_PASSWORD_FILE,
    clouds::REGISTRY_AUTH_FILE,
    Setting {
        key: "deploy.base_images",
        variable: "SIGYL_BASE_IMAGES",
        takes: "list of NAME=IMAGE",
        about: "Images that are used instead of others, as `node:22-slim=registry.example.com/node@sha256:…`.",
        set: |config, text| {
            config.deploy.base_images.clear();
            for pair in list(text) {
                let (name, image) = pair.split_once('=').ok_or("write NAME=IMAGE")?;
                config.deploy.base_images.push((name.trim().to_owned(), image.trim().to_owned()));
            }
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.ca_file",
        variable: "SIGYL_DEPLOY_CA_FILE",
        takes: "file",
        about: "Certificates of authorities, in PEM, that builds and servers trust beside their own.",
        set: |config, text| path(text).map(|it| config.deploy.ca_file = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.bridge",
        variable: "SIGYL_BRIDGE",
        takes: "file",
        about: "The static `sigyl-bridge` that servers of standard input and output are run by, and that leads into the networks of `process`. Default: the one beside this program.",
        set: |config, text| path(text).map(|it| config.deploy.bridge = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.isolation",
        variable: "SIGYL_DEPLOY_ISOLATION",
        default: "bubblewrap",
        takes: "`bubblewrap` or `none`",
        about: "How `process` keeps servers from this computer. With `none` they run as the server's own user.",
        set: |config, text| {
            one_of(text, &[("bubblewrap", true), ("none", false)]).map(|it| config.deploy.isolates = it)
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.deployments_max",
        variable: "SIGYL_DEPLOYMENTS_MAX",
        default: "20",
        takes: "number",
        about: "Deployments of a workspace.",
        set: |config, text| number(text, 0, 100_000).map(|it| config.deploy.deployments_max = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.public_url",
        variable: "SIGYL_DEPLOY_PUBLIC_URL",
        takes: "address",
        about: "Where clients find deployments of this computer, by a proxy of yours that speaks https: `https://{workspace}-{name}.mcp.example.com`, with `{id}` or `{port}` as well. Default: at the listeners of this computer alone.",
        set: |config, text| crate::deployments::template(text).map(|it| config.deploy.public_url = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.releases_kept",
        variable: "SIGYL_DEPLOY_RELEASES_KEPT",
        default: "5",
        takes: "number",
        about: "Releases of a deployment whose image is kept, so that one can go back to them, the one that answers among them.",
        set: |config, text| number(text, 1, 1_000).map(|it| config.deploy.releases_kept = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.idle_stop",
        variable: "SIGYL_DEPLOY_IDLE_STOP",
        default: "0",
        takes: "minutes",
        about: "How long a new deployment goes on without a request before it is stopped until the next one, where it says nothing itself; 0 for without end.",
        set: |config, text| number(text, 0, 100_000).map(|it| config.deploy.idle_stop_minutes = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.workers",
        variable: "SIGYL_DEPLOY_WORKERS",
        default: "2",
        takes: "number",
        about: "Deployments that are worked on at a time, beside one that is only to start or to end; 0 leaves it to other replicas.",
        set: |config, text| number(text, 0, 64).map(|it| config.deploy.workers = it),
        ..PLAIN
    },
    clouds::POLL,
    clouds::KUBECONFIG,
    clouds::KUBERNETES_CONTEXT,
    clouds::KUBERNETES_NAMESPACE,
    clouds::KUBERNETES_REACHABLE_FROM,
    clouds::KUBERNETES_PULL_SECRET,
    clouds::KUBERNETES_SANDBOX_CLASS,
    clouds::KUBERNETES_ORIGIN,
    clouds::CLOUD_RUN_PROJECT,
    clouds::CLOUD_RUN_REGION,
    clouds::CLOUD_RUN_CREDENTIALS_FILE,
    clouds::CLOUD_RUN_SERVICE_ACCOUNT,
    clouds::CLOUD_RUN_ACCESS,
    clouds::CLOUD_RUN_NETWORK,
    clouds::CLOUD_RUN_BUILD_BUCKET,
    clouds::CLOUD_RUN_BUILD_ACCOUNT,
    clouds::CLOUD_RUN_URLS,
    clouds::RAILWAY_TOKEN,
    clouds::RAILWAY_TOKEN_FILE,
    clouds::RAILWAY_WORKSPACE,
    clouds::RAILWAY_PROJECT,
    clouds::RAILWAY_REGISTRY_USER,
    clouds::RAILWAY_REGISTRY_PASSWORD,
    clouds::RAILWAY_REGISTRY_PASSWORD_FILE,
    clouds::RAILWAY_HEALTH_PATH,
    clouds::RAILWAY_URL,
    clouds::RAILWAY_ORIGIN,
    Setting {
        key: "scans.npm_registry",
        variable: "SIGYL_NPM_REGISTRY",
        default: "https://registry.npmjs.org",
        takes: "URL",
        about: "Where packages `npm:NAME` are fetched from when they are scanned by reference.",
        set: |config, text| web_address(text).map(|it| config.npm_registry = it),
        ..PLAIN
    },
    Setting {
        key: "scans.pypi_index",
        variable: "SIGYL_PYPI_INDEX",
        default: "https://pypi.org/simple",
        takes: "URL",
        about: "Where packages `pypi:NAME` are fetched from when they are scanned by reference.",
        set: |config, text| web_address(text).map(|it| config.pypi_index = it),
        ..PLAIN
    },
    Setting {
        key: "outbound.allowed_networks",
        variable: "SIGYL_OUTBOUND_ALLOWED_NETWORKS",
        takes: "list of addresses and ranges",
        about: "Addresses beyond the internet that the server may ask: other registries, identity providers, source of packages. Anything else that is private, loopback, link-local or a cloud's metadata service is refused.",
        set: |config, text| {
            let networks = list(text).map(Network::parse).collect::<Option<Vec<_>>>();
            config.outbound_networks = networks.ok_or("write addresses or ranges, as 10.0.0.0/8")?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "outbound.proxy",
        variable: "SIGYL_OUTBOUND_PROXY",
        takes: "URL",
        about: "The proxy through which the server asks others. It looks names up, and has to refuse what lies behind it. `HTTP_PROXY` and its like do not count.",
        secret: Secrecy::Url,
        set: |config, text| {
            if !text.is_empty() && !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
                return Err("write http://HOST:PORT".to_owned());
            }
            config.outbound_proxy = (!text.is_empty()).then(|| SecretText::new(text.to_owned()));
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "outbound.timeout",
        variable: "SIGYL_OUTBOUND_TIMEOUT",
        default: "20s",
        takes: "duration",
        about: "How long another server may take for a whole answer.",
        set: |config, text| duration(text).map(|it| config.outbound_timeout = it),
        ..PLAIN
    },
    Setting {
        key: "oidc.issuer",
        variable: "SIGYL_OIDC_ISSUER",
        takes: "URL",
        about: "Who vouches for people by OpenID Connect, exactly as its discovery document has it. Register `…/api/v1/login/oidc/callback` there.",
        set: |config, text| {
            config.oidc_issuer = provider(text)?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "oidc.client_id",
        variable: "SIGYL_OIDC_CLIENT_ID",
        takes: "text",
        about: "What this server is called there.",
        set: |config, text| {
            text.clone_into(&mut config.oidc_client_id);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "oidc.client_secret",
        variable: "SIGYL_OIDC_CLIENT_SECRET",
        takes: "text",
        about: "Its secret there; none for a public client.",
        secret: Secrecy::Secret,
        set: |config, text| {
            config.oidc_client_secret = (!text.is_empty()).then(|| SecretText::new(text.to_owned()));
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "oidc.title",
        variable: "SIGYL_OIDC_TITLE",
        default: "Single sign-on",
        takes: "text",
        about: "What people call the provider.",
        set: |config, text| {
            text.clone_into(&mut config.oidc_title);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "oidc.accounts",
        variable: "SIGYL_OIDC_ACCOUNTS",
        default: "make",
        takes: "`make` or `known`",
        about: "Whether the first login of somebody makes an account, or only logins count that were added to one.",
        set: |config, text| {
            let names = [("make", SignOnAccounts::Make), ("known", SignOnAccounts::Known)];
            one_of(text, &names).map(|it| config.oidc_accounts = it)
        },
        ..PLAIN
    },
    Setting {
        key: "github.url",
        variable: "SIGYL_GITHUB_URL",
        default: "https://github.com",
        takes: "URL",
        about: "GitHub, or a GitHub Enterprise Server. Register `…/api/v1/login/github/callback` there.",
        set: |config, text| {
            config.github_url = provider(text)?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "github.client_id",
        variable: "SIGYL_GITHUB_CLIENT_ID",
        takes: "text",
        about: "The id of the OAuth app.",
        set: |config, text| {
            text.clone_into(&mut config.github_client_id);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "github.client_secret",
        variable: "SIGYL_GITHUB_CLIENT_SECRET",
        takes: "text",
        about: "Its secret.",
        secret: Secrecy::Secret,
        set: |config, text| {
            config.github_client_secret = (!text.is_empty()).then(|| SecretText::new(text.to_owned()));
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "github.accounts",
        variable: "SIGYL_GITHUB_ACCOUNTS",
        default: "known",
        takes: "`make` or `known`",
        about: "Whether the first login of somebody makes an account, or only logins count that were added to one. Anyone in the world may have an account of GitHub.",
        set: |config, text| {
            let names = [("make", SignOnAccounts::Make), ("known", SignOnAccounts::Known)];
            one_of(text, &names).map(|it| config.github_accounts = it)
        },
        ..PLAIN
    },
    Setting {
        key: "telemetry.otlp_endpoint",
        variable: "SIGYL_OTLP_ENDPOINT",
        takes: "URL",
        about: "The collector of OpenTelemetry that traces are sent to, by OTLP over HTTP in JSON, at `/v1/traces` below it. Default: none, and nothing is traced.",
        set: |config, text| {
            config.telemetry.endpoint = if text.is_empty() { String::new() } else { web_address(text)? };
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "telemetry.otlp_headers",
        variable: "SIGYL_OTLP_HEADERS",
        takes: "list of NAME=VALUE",
        about: "Headers that the collector wants, as `authorization=Bearer …`.",
        secret: Secrecy::Secret,
        set: |config, text| {
            let header = |item: &str| {
                let (name, value) = item.split_once('=')?;
                let name = reqwest::header::HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
                reqwest::header::HeaderValue::from_str(value.trim()).ok()?;
                Some((name.as_str().to_owned(), SecretText::new(value.trim().to_owned())))
            };
            let headers = list(text).map(header).collect::<Option<Vec<_>>>();
            config.telemetry.headers = headers.ok_or("write NAME=VALUE, with commas between")?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "telemetry.sample_percent",
        variable: "SIGYL_TRACE_SAMPLE_PERCENT",
        default: "100",
        takes: "number",
        about: "How many of a hundred requests and jobs are traced. Where a trusted proxy says of which trace a request is, it decides.",
        set: |config, text| number(text, 0, 100).map(|it| config.telemetry.sample_percent = it),
        ..PLAIN
    },
    Setting {
        key: "log.format",
        variable: "SIGYL_LOG_FORMAT",
        default: "text",
        takes: "`text` or `json`",
        about: "How log lines look. They go to standard error.",
        set: |config, text| {
            one_of(text, &[("text", LogFormat::Text), ("json", LogFormat::Json)])
                .map(|it| config.log_format = it)
        },
        ..PLAIN
    },
    Setting {
        key: "log.level",
        variable: "SIGYL_LOG_LEVEL",
        default: "info",
        takes: "`error`, `warn`, `info` or `debug`",
        about: "The least important lines that are logged.",
        set: |config, text| {
            let names = [
                ("error", LevelFilter::ERROR),
                ("warn", LevelFilter::WARN),
                ("info", LevelFilter::INFO),
                ("debug", LevelFilter::DEBUG),
            ];
            one_of(text, &names).map(|it| config.log_level = it)
        },
        ..PLAIN
    },
];

/// Reads `NAMESPACE=WORKSPACE`.
fn publisher_workspace(text: &str) -> Option<PublisherWorkspace> {
    let (namespace, workspace) = text.split_once('=')?;
    let (namespace, workspace) = (namespace.trim().to_ascii_lowercase(), workspace.trim());
    let is_name = |text: &str, more: &str| {
        let fine =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || more.as_bytes().contains(&byte);
        !text.is_empty() && text.bytes().all(fine)
    };
    let namespace =
        if namespace == "*" { String::new() } else { Some(namespace).filter(|it| is_name(it, ".-"))? };
    is_name(workspace, "-").then(|| PublisherWorkspace { namespace, workspace: workspace.to_owned() })
}

/// The address of a provider: https, or http on this computer.
fn provider(text: &str) -> Result<String, String> {
    let wrong = || "write https://HOST, without query or fragment".to_owned();
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    let is_near = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let fine = (url.scheme() == "https" || (url.scheme() == "http" && is_near))
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if fine { Ok(text.trim_end_matches(' ').to_owned()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_variables_and_flags_are_unique_and_well_formed() {
        let mut seen = HashSet::new();
        for setting in SETTINGS {
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
