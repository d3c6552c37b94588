//! Hosts at which anybody can leave anything, and nobody's name is known.

/// What kind of place a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropHost {
    /// Keeps what it is sent for whoever opened it: request bins, paste boards, file drops.
    Anonymous,
    /// A tunnel to somebody's own machine.
    Tunnel,
    /// A messenger's webhook or bot.
    Messenger,
    /// A public address without a name.
    Address,
}

const ANONYMOUS: &[&str] = &[
    "webhook.site",
    "requestbin.com",
    "requestbin.net",
    "requestcatcher.com",
    "pipedream.net",
    "beeceptor.com",
    "hookbin.com",
    "webhookinbox.com",
    "burpcollaborator.net",
    "oastify.com",
    "oast.fun",
    "oast.live",
    "oast.me",
    "oast.online",
    "oast.pro",
    "oast.site",
    "interact.sh",
    "interactsh.com",
    "dnslog.cn",
    "ceye.io",
    "canarytokens.com",
    "pastebin.com",
    "hastebin.com",
    "paste.ee",
    "dpaste.com",
    "ix.io",
    "0x0.st",
    "transfer.sh",
    "file.io",
    "anonfiles.com",
    "gofile.io",
    "termbin.com",
    "bashupload.com",
    "temp.sh",
    "ptsv2.com",
    "ptsv3.com",
    "typedwebhook.tools",
    "mockbin.org",
    "postb.in",
];

const TUNNELS: &[&str] = &[
    "ngrok.io",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "loca.lt",
    "localhost.run",
    "serveo.net",
    "trycloudflare.com",
];

const MESSENGERS: &[&str] = &[
    "discord.com/api/webhooks",
    "discordapp.com/api/webhooks",
    "api.telegram.org/bot",
    "hooks.slack.com/services",
];

/// True for a file whose credentials programs read in order to log in where it says: that they go there is its use.
pub(crate) fn is_for_logging_in(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [
        ".npmrc",
        ".pypirc",
        ".netrc",
        ".git-credentials",
        ".pgpass",
        ".docker/config.json",
        ".env",
        ".env.local",
        ".env.production",
        "mcp.json",
        "claude_desktop_config.json",
        ".ssh/config",
        "sso/cache",
        "local state",
    ]
    .iter()
    .any(|end| {
        path.trim_end_matches(['\'', '"']).ends_with(end)
            || path.contains("/sso/cache")
            || path.contains("msal_token_cache")
    })
}

/// The kind of place that a URL leads to, where it is one of these.
pub(crate) fn drop_host(url: &str) -> Option<DropHost> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.to_ascii_lowercase();
    if MESSENGERS.iter().any(|start| rest.trim_start_matches("www.").starts_with(start)) {
        return Some(DropHost::Messenger);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(&rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split(':').next().unwrap_or(host);
    let below = |hosts: &[&str]| {
        hosts
            .iter()
            .any(|known| host.strip_suffix(known).is_some_and(|left| left.is_empty() || left.ends_with('.')))
    };
    if below(ANONYMOUS) {
        return Some(DropHost::Anonymous);
    }
    if below(TUNNELS) {
        return Some(DropHost::Tunnel);
    }
    is_public(host).then_some(DropHost::Address)
}

/// True for a public IPv4 address; those for documentation are not.
fn is_public(host: &str) -> bool {
    let Ok(address) = host.parse::<std::net::Ipv4Addr>() else { return false };
    let [first, second, ..] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 100 && (64..128).contains(&second)
        // Public resolvers, which many programs ask by address.
        || matches!(address.octets(), [1, 1, 1, 1] | [8, 8, 8, 8] | [8, 8, 4, 4] | [9, 9, 9, 9]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_hosts() {
        assert_eq!(drop_host("https://webhook.site/abc"), Some(DropHost::Anonymous));
        assert_eq!(drop_host("https://eo1.m.pipedream.net"), Some(DropHost::Anonymous));
        assert_eq!(drop_host("https://ab12.ngrok-free.app/x"), Some(DropHost::Tunnel));
        assert_eq!(drop_host("https://discord.com/api/webhooks/1/x"), Some(DropHost::Messenger));
        assert_eq!(drop_host("http://45.77.12.9:8080/c"), Some(DropHost::Address));
        for quiet in [
            "https://api.github.com",
            "http://10.0.0.3/",
            "http://127.0.0.1:3000",
            "https://notwebhook.site.io",
            "https://discord.com/api/v10",
        ] {
            assert_eq!(drop_host(quiet), None, "{quiet}");
        }
    }
}
