//! Logins with an account elsewhere.

use sigyl_core::secret::SecretText;

use super::super::{
    SignOnAccounts,
    settings::{PLAIN, Secrecy, Setting},
    values::{one_of, provider},
};

pub(in crate::config) static SIGN_ON: &[Setting] = &[
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
];
