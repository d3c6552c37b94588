//! The registry: what the official generic API keeps and answers.

mod answers;
mod clients;
mod compare;
mod document;
mod document_schema;
mod downloads;
mod facts;
mod import;
mod issues;
mod listings;
mod packages;
mod policy;
mod publishing;
mod ratings;
mod reader;
mod search;
mod semver;
mod servers;
mod store;
mod terms;
mod urls;
mod versions;
mod wanted;

pub(crate) use answers::{Listed, Metadata, ServerList, ServerResponse, Status};
pub(crate) use clients::{ClientSetup, Way, setup as client_setup};
pub(crate) use compare::{Comparison, Side, compare};
pub(crate) use document::{CURRENT_SCHEMA, Document, PUBLISHER, check};
pub(crate) use document_schema::ServerDocument;
pub(crate) use downloads::{Day, Downloads, days};
pub(crate) use facts::{
    FileFact, Known, OURS, TAG_CHARS_MAX, TAGS_MAX, files as files_of, get as facts_of, known,
    put as put_facts,
};
pub(crate) use import::{ENTRIES_MAX, Entry, bundle, entries, official};
pub(crate) use issues::Validation;
pub(crate) use listings::{id_of, make_missing};
pub(crate) use policy::{PolicyFormat, policy, rules};
pub(crate) use publishing::{By, publish_as, published_before};
pub(crate) use ratings::{Rating, list as ratings, put as rate, remove as unrate};
pub(crate) use reader::{Reader, Visibility};
pub(crate) use search::{found, listed};
pub(crate) use servers::{Owned, about, delete, describe, owned, retire, server_of, set_visibility};
pub(crate) use store::{change_status, edit, publish, show};
pub(crate) use versions::{Filter, Row, VersionLine, list, version, version_lines, versions};
pub(crate) use wanted::{Listing, Order, Place, Wanted};
