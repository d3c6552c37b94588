//! What the server asks of others.

use sigyl_core::secret::SecretText;

use super::super::{
    Network,
    settings::{PLAIN, Secrecy, Setting},
    values::{duration, list, web_address},
};

pub(in crate::config) static OUTBOUND: &[Setting] = &[
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
];
