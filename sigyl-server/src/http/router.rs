//! From the list of endpoints to a router.

use axum::{Router, extract::DefaultBodyLimit, middleware};

use super::{access, outer};
use crate::{api::ENDPOINTS, app::App};

/// Everything that the server answers.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        let gate = access::Gate { app: app.clone(), endpoint };
        let handler = (endpoint.handler)().route_layer(middleware::from_fn_with_state(gate, access::check));
        router = router.route(endpoint.path, handler);
    }
    router
        .route_layer(middleware::from_fn(outer::remember_route))
        .layer(DefaultBodyLimit::max(app.config.body_limit_bytes))
        .layer(middleware::from_fn_with_state(app.clone(), outer::surround))
        .with_state(app)
}
