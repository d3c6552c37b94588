//! HTTP: what every request passes before and after its handler.

mod access;
mod author;
mod body;
mod cursor;
mod endpoint;
mod error;
mod limits;
mod metrics;
mod openapi;
mod origin;
mod outer;
pub(crate) mod pattern;
mod router;
mod service;

pub(crate) use access::{Access, Principal, RegistryLink, SESSION_COOKIE, Tenant, Via};
pub(crate) use author::Author;
pub(crate) use body::{Body, Created, Page, PageQuery, QueryOf, json_of, limit};
pub(crate) use cursor::CursorKey;
pub(crate) use endpoint::{Endpoint, Method, schema};
pub(crate) use error::{ApiError, Code};
pub(crate) use limits::{Limiter, Rate};
pub(crate) use metrics::Metrics;
pub(crate) use openapi::document as openapi_document;
pub(crate) use origin::is_from_our_page;
pub(crate) use outer::RequestContext;
pub use router::router;
pub(crate) use service::{Limits, serve, tls};
