//! The registry, and logins of the official publisher.

use super::super::{
    NamespaceRule, PublisherLogin, PublisherWorkspace, Unscanned,
    settings::{PLAIN, Setting},
    values::{address, list, one_of, path, provider, size},
};

pub(in crate::config) static REGISTRY: &[Setting] = &[
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
        takes: "list of `dns`, `http`, `github-oidc`, `github-at`, `oidc`, `none`",
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
        key: "publishers.oidc_issuer",
        variable: "SIGYL_PUBLISHER_OIDC_ISSUER",
        takes: "URL",
        about: "Whose tokens of OpenID Connect publish, exactly as its discovery document has it; for the login `oidc`.",
        set: |config, text| {
            config.publishers.oidc_issuer = provider(text)?;
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.oidc_audience",
        variable: "SIGYL_PUBLISHER_OIDC_AUDIENCE",
        takes: "text",
        about: "Whom those tokens have to be for. Default: scheme and host of the public URL.",
        set: |config, text| {
            text.clone_into(&mut config.publishers.oidc_audience);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "publishers.oidc_namespaces",
        variable: "SIGYL_PUBLISHER_OIDC_NAMESPACES",
        takes: "list of CLAIM=VALUE:NAMESPACE",
        about: "Which namespaces the claims of such a token give. A claim that is a list has to have the value in it; `*` is any value. `com.example` is that namespace alone, `com.example.*` those below it, too, and `com.example.{}` the one that the claim's value names, where that is letters, digits and dashes.",
        set: |config, text| {
            let rules = list(text).map(NamespaceRule::parse).collect::<Option<Vec<_>>>();
            config.publishers.oidc_namespaces =
                rules.ok_or("write CLAIM=VALUE:NAMESPACE, as groups=mcp:com.example.*")?;
            Ok(())
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
