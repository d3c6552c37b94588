//! The rules, one file each with its page beside it.

mod auth_words;
pub(crate) mod code;
mod debug_in_production;
mod dockerfile_root;
mod hardcoded_secret;
mod hidden_in_tool;
mod hidden_text;
pub(crate) mod ignore_without_reason;
mod insecure_bind;
mod insecure_cors;
mod insecure_transport;
mod install_script;
mod missing_secret_declaration;
mod odd_encoding;
mod plain_http;
mod secret_assignment;
mod secret_patterns;
mod session_as_auth;
pub(crate) mod table;
mod tool_poisoning;
mod unpinned_base_image;
pub(crate) mod untrusted_suppression;
pub(crate) mod unused_ignore;
mod weak_session_id;

use crate::rule::Rule;

/// Every rule of Sigyl, by id.
pub static RULES: &[&dyn Rule] = &[
    &debug_in_production::DebugInProduction,
    &dockerfile_root::DockerfileRoot,
    &hardcoded_secret::HardcodedSecret,
    &hidden_text::HiddenText,
    &ignore_without_reason::IgnoreWithoutReason,
    &insecure_bind::InsecureBind,
    &insecure_cors::InsecureCors,
    &insecure_transport::InsecureTransport,
    &install_script::InstallScript,
    &missing_secret_declaration::MissingSecretDeclaration,
    &odd_encoding::OddEncoding,
    &session_as_auth::SessionAsAuth,
    &tool_poisoning::ToolPoisoning,
    &unpinned_base_image::UnpinnedBaseImage,
    &untrusted_suppression::UntrustedSuppression,
    &unused_ignore::UnusedIgnore,
    &weak_session_id::WeakSessionId,
];
