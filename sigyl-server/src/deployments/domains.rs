//! Names of the user's own: the backend has them, and nothing of them is kept here.

use std::sync::Arc;

use sigyl_deploy::backend::{Backend, BackendError, Domain, DomainName};

use super::{
    backends::{elsewhere, untold},
    store::Row,
    work::serving,
};
use crate::{
    app::App,
    http::{ApiError, Code},
};

/// Whether the deployment's backend gives such names at all.
pub(crate) async fn offered(app: &App, row: &Row) -> Result<(), ApiError> {
    let backend = backend(app, row).await?;
    match backend.capabilities().custom_domains {
        true => Ok(()),
        false => Err(ApiError::new(
            Code::NotOffered,
            format!(
                "{} gives no names of the user's own; a proxy that stands before it does",
                backend.name()
            ),
        )),
    }
}

/// Those that it has.
pub(crate) async fn list(app: &App, row: &Row) -> Result<Vec<Domain>, ApiError> {
    offered(app, row).await?;
    backend(app, row).await?.domains(&row.backend_id()?).await.map_err(told)
}

/// Gives it one.
pub(crate) async fn add(app: &App, row: &Row, name: &DomainName) -> Result<Domain, ApiError> {
    let (spec, _) = serving(app, row).await.map_err(untold)?;
    backend(app, row).await?.add_domain(&spec, name).await.map_err(told)
}

/// Takes one away; whether it had it.
pub(crate) async fn remove(app: &App, row: &Row, name: &DomainName) -> Result<bool, ApiError> {
    backend(app, row).await?.remove_domain(&row.backend_id()?, name).await.map_err(told)
}

async fn backend(app: &App, row: &Row) -> Result<Arc<dyn Backend>, ApiError> {
    elsewhere(app, row)?;
    app.backends.get(&row.backend).await.map_err(ApiError::conflict)
}

fn told(error: BackendError) -> ApiError {
    untold(error.into())
}
