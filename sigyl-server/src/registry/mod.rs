//! The registry: what the official generic API keeps and answers.

mod answers;
mod document;
mod issues;
mod packages;
mod semver;
mod store;
mod urls;

pub(crate) use answers::{Listed, Metadata, ServerList, ServerResponse, Status};
pub(crate) use document::{Document, check};
pub(crate) use issues::Validation;
pub(crate) use store::{
    Filter, Owned, Reader, Row, Visibility, change_status, delete, list, owned, publish, retire, server_of,
    set_visibility, show, version, versions,
};
