//! What the server answers: one file for each kind of thing, one line here for each endpoint.

mod audit;
mod claim;
mod clients;
mod deploy;
mod deployment_settings;
mod deployment_streams;
mod deployments;
mod domains;
mod imports;
mod invitations;
mod keys;
mod login;
mod me;
mod members;
mod metadata;
mod mirrors;
mod my_logins;
mod package_changes;
mod package_versions;
mod packages;
mod pages;
mod policies;
mod publishers;
mod ratings;
mod read_links;
mod registry;
mod registry_changes;
mod requirements;
mod scans;
mod secrets;
mod service;
mod sign_on;
mod sources;
mod users;
mod webhooks;
mod workspaces;

use crate::http::Endpoint;

/// Every endpoint.
pub(crate) static ENDPOINTS: &[&Endpoint] = &[
    &service::HEALTH,
    &service::READY,
    &service::METRICS,
    &service::OPENAPI,
    &pages::HOME,
    &pages::DOCS,
    &pages::STYLE,
    &metadata::GET,
    &claim::CREATE,
    &login::CREATE,
    &login::DELETE,
    &sign_on::LIST,
    &sign_on::BEGIN,
    &sign_on::FINISH,
    &me::GET,
    &me::UPDATE,
    &me::PASSWORD,
    &me::LIST_SESSIONS,
    &me::DELETE_SESSION,
    &my_logins::LIST,
    &my_logins::DELETE,
    &users::LIST,
    &users::CREATE,
    &users::UPDATE,
    &workspaces::LIST,
    &workspaces::CREATE,
    &workspaces::GET,
    &workspaces::UPDATE,
    &workspaces::DELETE,
    &members::LIST,
    &members::UPDATE,
    &members::DELETE,
    &invitations::LIST,
    &invitations::CREATE,
    &invitations::DELETE,
    &invitations::ACCEPT,
    &read_links::LIST,
    &read_links::CREATE,
    &read_links::DELETE,
    &keys::LIST,
    &keys::CREATE,
    &keys::GET,
    &keys::UPDATE,
    &keys::DELETE,
    &keys::ROTATE,
    &secrets::LIST,
    &secrets::CREATE,
    &secrets::GET,
    &secrets::REVEAL,
    &secrets::UPDATE,
    &secrets::DELETE,
    &secrets::VERSIONS,
    &secrets::RESTORE,
    &secrets::ROTATE,
    &packages::LIST,
    &packages::SEARCH,
    &packages::GET,
    &packages::OWNED,
    &package_changes::CREATE,
    &package_changes::UPDATE,
    &package_changes::REPLACE,
    &package_changes::DELETE,
    &package_versions::LIST,
    &package_versions::TOOLS,
    &package_versions::SOURCE,
    &package_versions::COMPARE,
    &requirements::LIST,
    &requirements::CREATE,
    &requirements::USE,
    &requirements::FORGET,
    &requirements::TEMPLATES,
    &ratings::LIST,
    &ratings::CREATE,
    &ratings::DELETE,
    &scans::CREATE,
    &scans::LIST,
    &scans::GET,
    &deploy::CREATE,
    &deploy::REDEPLOY,
    &deploy::ROLLBACK,
    &deploy::CONFIGURE,
    &deployments::LIST,
    &deployments::GET,
    &deployment_settings::UPDATE,
    &deployments::HEALTH,
    &deployments::STATS,
    &deployments::RELEASES,
    &deployments::PART,
    &deployments::JOB,
    &deployments::KEY,
    &deployments::BACKENDS,
    &deployments::RESTART,
    &deployments::STOP,
    &deployments::START,
    &deployments::SCALE,
    &deployments::DELETE,
    &domains::LIST,
    &domains::ADD,
    &domains::REMOVE,
    &deployment_streams::EVENTS,
    &deployment_streams::LOGS,
    &webhooks::LIST,
    &webhooks::CREATE,
    &webhooks::DELETE,
    &sources::UPLOAD,
    &sources::SCAN,
    &imports::CREATE,
    &policies::GET,
    &mirrors::LIST,
    &mirrors::CREATE,
    &mirrors::DELETE,
    &registry::LIST,
    &registry::VERSIONS,
    &registry::VERSION,
    &registry_changes::PUBLISH,
    &registry_changes::VALIDATE,
    &registry_changes::STATUS,
    &registry_changes::STATUS_ALL,
    &registry_changes::EDIT,
    &registry_changes::DELETE,
    &publishers::NONE,
    &publishers::DNS,
    &publishers::HTTP,
    &publishers::GITHUB_OIDC,
    &publishers::GITHUB_AT,
    &publishers::OIDC,
    &registry::PING,
    &registry::ABOUT,
    &clients::GET,
    &audit::LIST,
    &audit::LIST_INSTANCE,
];
