//! An endpoint: what it is called, who may use it, what it takes and gives.
//!
//! The router, the access check, `/openapi.json` and the test that walks every endpoint as everybody are all made from
//! the same list.

use axum::routing::MethodRouter;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::Access;
use crate::app::App;

/// The methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Its name in HTTP.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it changes nothing.
    pub(crate) fn is_safe(self) -> bool {
        self == Self::Get
    }
}

/// Makes the schema of a type.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of `T`.
pub(crate) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// One endpoint.
pub(crate) struct Endpoint {
    /// Its id in OpenAPI, logs and metrics; never changes.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Its path, with parameters in braces.
    pub(crate) path: &'static str,
    /// Other paths that it answers, which the description leaves out.
    pub(crate) aliases: &'static [&'static str],
    /// Whether pages of other origins may use it, without cookies.
    pub(crate) is_cors: bool,
    /// One sentence.
    pub(crate) summary: &'static str,
    pub(crate) access: Access,
    /// Whether a publisher without an account may use it, too, within the namespaces that were proved.
    pub(crate) is_for_publishers: bool,
    /// The query's parameters.
    pub(crate) query: Option<SchemaOf>,
    /// The request's body.
    pub(crate) request: Option<SchemaOf>,
    /// The kinds of bytes that it takes instead of, or beside, a body of JSON.
    pub(crate) upload: &'static [&'static str],
    /// The status of an answer that is no error.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) response: Option<SchemaOf>,
    /// Kinds of text that it gives instead, where it is asked to.
    pub(crate) texts: &'static [&'static str],
    pub(crate) handler: fn() -> MethodRouter<App>,
}

impl Endpoint {
    /// Whether it answers this path, as the router names it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path == path || self.aliases.contains(&path)
    }

    /// What most are like.
    pub(crate) const PLAIN: Self = Self {
        id: "",
        method: Method::Get,
        path: "",
        aliases: &[],
        is_cors: false,
        summary: "",
        access: Access::Public,
        is_for_publishers: false,
        query: None,
        request: None,
        upload: &[],
        status: 200,
        response: None,
        texts: &[],
        handler: MethodRouter::new,
    };
}
