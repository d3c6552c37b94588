//! The server itself, its database, its master key.

use sigyl_core::secret::SecretText;

use super::super::{
    Network, PublicUrl,
    settings::{PLAIN, Secrecy, Setting},
    values::{address, duration, list, number, path, size},
};

pub(in crate::config) static SERVER: &[Setting] = &[
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
];
