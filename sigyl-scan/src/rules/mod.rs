//! The rules, one file each with its page beside it.

mod argument_injection;
mod auth_words;
mod by_option;
pub(crate) mod code;
mod code_injection;
mod command_injection;
mod compose_privileges;
mod confusable_name;
mod context_parameter;
mod data_exfiltration;
mod debug_in_production;
mod default_origins;
mod dockerfile_root;
mod dockerfile_weakness;
mod drop_hosts;
mod env_dump;
mod file_access;
mod guessable;
mod handlers;
pub(crate) mod hardcoded_secret;
mod hidden_in_tool;
mod hidden_text;
mod host_checks;
pub(crate) mod ignore_without_reason;
mod insecure_bind;
mod insecure_cookie;
mod insecure_cors;
mod insecure_transport;
mod install_script;
mod jwt_verification_off;
pub(crate) mod launch;
mod library_files;
mod log_call;
mod missing_audience_check;
mod missing_audit;
mod missing_auth;
mod missing_authz;
mod missing_input_validation;
mod missing_origin_check;
mod missing_secret_declaration;
mod neighbours;
mod obfuscated_code;
mod odd_encoding;
mod one_transport;
mod open_redirect_uri;
mod open_router;
mod open_socket;
mod optional_auth;
mod over_broad_scope;
mod path_traversal;
mod plain_http;
mod present_only;
mod process;
mod program_name;
mod query_injection;
mod redos;
mod remote_shells;
mod rendered_markup;
mod request;
mod rug_pull;
mod secret_assignment;
mod secret_in_log;
mod secret_patterns;
mod serving;
mod session_as_auth;
mod session_without_expiry;
mod shared_session_state;
mod signing_key;
mod sink;
mod skipped_auth;
mod sql_injection;
mod ssrf;
mod static_client_id;
pub(crate) mod table;
mod template_injection;
mod tls_off;
mod token_passthrough;
mod tool_limits;
mod tool_poisoning;
mod tool_preference;
mod tool_shadowing;
mod tool_shaped;
mod toxic_combination;
mod typosquat;
mod unbound_oauth_flow;
mod unbound_session;
mod unchecked_claims;
mod unowned;
mod unpinned_base_image;
pub(crate) mod unpinned_command;
mod unpinned_dependency;
mod unsafe_deserialization;
mod unsafe_reflection;
mod untrusted_lock_source;
pub(crate) mod untrusted_suppression;
pub(crate) mod unused_ignore;
mod url_path_injection;
mod vulnerable_dependency;
mod waived_check;
mod weak_check;
mod weak_session_id;
mod xss;

pub(crate) use neighbours::Neighbours;

use crate::{
    judge::LLM_JUDGEMENT,
    rule::{Rule, RuleMeta},
};

/// Every rule's metadata, that of the rule included which runs only where a language model is asked.
pub fn rule_metas() -> impl Iterator<Item = &'static RuleMeta> {
    RULES.iter().map(|rule| rule.meta()).chain([&LLM_JUDGEMENT])
}

/// Every rule of Sigyl, by id.
pub static RULES: &[&dyn Rule] = &[
    &argument_injection::ArgumentInjection,
    &code_injection::CodeInjection,
    &command_injection::CommandInjection,
    &compose_privileges::ComposePrivileges,
    &confusable_name::ConfusableName,
    &context_parameter::ContextParameter,
    &data_exfiltration::DataExfiltration,
    &debug_in_production::DebugInProduction,
    &dockerfile_root::DockerfileRoot,
    &dockerfile_weakness::DockerfileWeakness,
    &env_dump::EnvDump,
    &hardcoded_secret::HardcodedSecret,
    &hidden_text::HiddenText,
    &ignore_without_reason::IgnoreWithoutReason,
    &insecure_bind::InsecureBind,
    &insecure_cookie::InsecureCookie,
    &insecure_cors::InsecureCors,
    &insecure_transport::InsecureTransport,
    &install_script::InstallScript,
    &jwt_verification_off::JwtVerificationOff,
    &missing_audience_check::MissingAudienceCheck,
    &missing_audit::MissingAudit,
    &missing_auth::MissingAuth,
    &missing_authz::MissingAuthz,
    &missing_input_validation::MissingInputValidation,
    &missing_origin_check::MissingOriginCheck,
    &missing_secret_declaration::MissingSecretDeclaration,
    &obfuscated_code::ObfuscatedCode,
    &odd_encoding::OddEncoding,
    &open_redirect_uri::OpenRedirectUri,
    &over_broad_scope::OverBroadScope,
    &path_traversal::PathTraversal,
    &query_injection::QueryInjection,
    &redos::Redos,
    &rug_pull::RugPull,
    &secret_in_log::SecretInLog,
    &session_as_auth::SessionAsAuth,
    &session_without_expiry::SessionWithoutExpiry,
    &shared_session_state::SharedSessionState,
    &sql_injection::SqlInjection,
    &ssrf::Ssrf,
    &static_client_id::StaticClientId,
    &template_injection::TemplateInjection,
    &token_passthrough::TokenPassthrough,
    &tool_poisoning::ToolPoisoning,
    &tool_preference::ToolPreference,
    &tool_shadowing::ToolShadowing,
    &toxic_combination::ToxicCombination,
    &typosquat::Typosquat,
    &unbound_oauth_flow::UnboundOauthFlow,
    &unbound_session::UnboundSession,
    &unpinned_base_image::UnpinnedBaseImage,
    &unpinned_command::UnpinnedCommand,
    &unpinned_dependency::UnpinnedDependency,
    &unsafe_deserialization::UnsafeDeserialization,
    &unsafe_reflection::UnsafeReflection,
    &untrusted_lock_source::UntrustedLockSource,
    &untrusted_suppression::UntrustedSuppression,
    &unused_ignore::UnusedIgnore,
    &url_path_injection::UrlPathInjection,
    &vulnerable_dependency::VulnerableDependency,
    &weak_session_id::WeakSessionId,
    &xss::Xss,
];

/// The rules that read the words of tools, prompts, resources and instructions, by id.
pub static WORD_RULES: &[&dyn Rule] = &[
    &confusable_name::ConfusableName,
    &context_parameter::ContextParameter,
    &hidden_text::HiddenText,
    &tool_poisoning::ToolPoisoning,
    &tool_preference::ToolPreference,
    &tool_shadowing::ToolShadowing,
];
