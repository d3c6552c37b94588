//! From the list of endpoints to a router.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::options,
};

use super::{access, outer};
use crate::{api::ENDPOINTS, app::App};

/// What pages of other origins may do where they may: everything that needs no cookie, since none is sent.
const CORS: [(HeaderName, &str); 5] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, If-None-Match"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Everything that the server answers.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    let mut preflights = BTreeSet::new();
    for endpoint in ENDPOINTS {
        for path in std::iter::once(&endpoint.path).chain(endpoint.aliases) {
            let gate = access::Gate { app: app.clone(), endpoint };
            let mut handler =
                (endpoint.handler)().route_layer(middleware::from_fn_with_state(gate, access::check));
            if endpoint.is_cors {
                handler = handler.layer(middleware::map_response(allow_others));
                if preflights.insert(*path) {
                    router = router.route(path, options(preflight));
                }
            }
            router = router.route(path, handler);
        }
    }
    router
        .route_layer(middleware::from_fn(outer::remember_route))
        .layer(DefaultBodyLimit::max(app.config.body_limit_bytes))
        .layer(middleware::from_fn_with_state(app.clone(), outer::surround))
        .with_state(app)
}

async fn allow_others(mut response: Response) -> Response {
    for (name, value) in CORS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn preflight() -> Response {
    allow_others(StatusCode::NO_CONTENT.into_response()).await
}
