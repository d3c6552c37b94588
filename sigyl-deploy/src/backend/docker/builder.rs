//! An engine that builds for backends elsewhere.

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::{build, engine::Engine, images, options::DockerOptions};
use crate::backend::{BackendError, BuildInput, BuiltImage, DeploymentId, ImageBuilder, Progress};

/// What it is called in errors.
const NAME: &str = "the engine that builds";

/// Builds with an engine on this machine and pushes to a registry. Connects when something is first to be built, so that
/// prebuilt images need no engine.
pub struct EngineBuilder {
    options: DockerOptions,
    engine: OnceCell<Engine>,
}

impl EngineBuilder {
    /// A builder with the engine, the registry and the limits of these options.
    pub fn new(options: DockerOptions) -> Self {
        Self { options, engine: OnceCell::new() }
    }

    async fn engine(&self) -> Result<&Engine, BackendError> {
        let connect = || Engine::connect(NAME, &self.options.address, &self.options.instance);
        self.engine.get_or_try_init(connect).await
    }
}

#[async_trait]
impl ImageBuilder for EngineBuilder {
    fn name(&self) -> &str {
        NAME
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        build::build(self.engine().await?, &self.options, input, progress).await
    }

    async fn forget(&self, id: &DeploymentId) -> Result<(), BackendError> {
        match self.engine().await {
            Ok(engine) => images::forget(engine, id).await,
            // What was deployed may never have been built here.
            Err(BackendError::Unavailable { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
