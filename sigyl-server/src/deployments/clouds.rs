//! Backends elsewhere: from the configuration to clusters and hosting services.

use std::sync::Arc;

use sigyl_deploy::backend::ImageBuilder;

use super::Backends;
#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
use super::backends::Reach;
use crate::config::Config;

/// Adds the one of that name. Its engine is named by what it is, not by this machine: every replica reaches it.
#[cfg_attr(
    not(any(feature = "cloud-run", feature = "kubernetes", feature = "railway")),
    expect(unused_variables, reason = "there is none in this build")
)]
pub(super) fn add(
    backends: &mut Backends,
    name: &str,
    (config, mark): (&Config, &str),
    builder: Option<&Arc<dyn ImageBuilder>>,
) {
    let clouds = &config.deploy.clouds;
    match name {
        #[cfg(feature = "kubernetes")]
        "kubernetes" => {
            let engine = format!("kubernetes:{}", clouds.kubernetes.namespace);
            let (clouds, builder, mark) = (clouds.clone(), builder.cloned(), mark.to_owned());
            backends.add("kubernetes", (&engine, Reach::Everywhere), move || {
                let (clouds, builder, mark) = (clouds.clone(), builder.clone(), mark.clone());
                async move { kubernetes::open(&clouds, mark, builder).await }
            });
        }
        #[cfg(feature = "cloud-run")]
        "cloud-run" => {
            let google = &clouds.cloud_run;
            let engine = format!("cloud-run:{}/{}", google.project, google.region);
            let (clouds, builder, mark) = (clouds.clone(), builder.cloned(), mark.to_owned());
            let (registry, files) = (config.deploy.registry.clone(), super::opening::build_files(config));
            backends.add("cloud-run", (&engine, Reach::Everywhere), move || {
                let (clouds, builder, mark) = (clouds.clone(), builder.clone(), mark.clone());
                let (registry, files) = (registry.clone(), files.clone());
                async move { cloud_run::open(&clouds, mark, builder, registry, files).await }
            });
        }
        #[cfg(feature = "railway")]
        "railway" => {
            let railway = &clouds.railway;
            let engine = match railway.project.0.as_str() {
                "" => format!("railway:{}", railway.workspace),
                project => format!("railway:{project}/{}", railway.project.1),
            };
            let (clouds, builder, mark) = (clouds.clone(), builder.cloned(), mark.to_owned());
            backends.add("railway", (&engine, Reach::Everywhere), move || {
                let (clouds, builder, mark) = (clouds.clone(), builder.clone(), mark.clone());
                async move { railway::open(&clouds, mark, builder).await }
            });
        }
        _ => {}
    }
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes", feature = "railway"))]
fn pace(clouds: &crate::config::CloudsConfig) -> sigyl_deploy::backend::Pace {
    sigyl_deploy::backend::Pace { poll: clouds.poll, ..sigyl_deploy::backend::Pace::default() }
}

#[cfg(any(feature = "cloud-run", feature = "kubernetes"))]
fn named(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(feature = "kubernetes")]
mod kubernetes {
    use std::{collections::BTreeMap, sync::Arc};

    use sigyl_deploy::backend::{
        Backend, ImageBuilder,
        kubernetes::{ClusterAccess, ClusterConfig, Kubernetes, connect},
    };

    use super::{named, pace};
    use crate::{config::CloudsConfig, deployments::opening::ready};

    pub(super) async fn open(
        clouds: &CloudsConfig,
        instance: String,
        builder: Option<Arc<dyn ImageBuilder>>,
    ) -> Result<Arc<dyn Backend>, String> {
        let of = &clouds.kubernetes;
        let access = match &of.kubeconfig {
            Some(file) => ClusterAccess::Kubeconfig { file: file.clone(), context: named(&of.context) },
            None => ClusterAccess::Here,
        };
        let client = connect(&access).await.map_err(|error| error.to_string())?;
        let label =
            |name: &String| BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), name.clone())]);
        let config = ClusterConfig {
            instance,
            namespace: of.namespace.clone(),
            reachable_from: of.reachable_from.iter().map(label).collect(),
            sandbox_class: of.sandbox_class.clone(),
            pull_secret: named(&of.pull_secret),
            health_path: None,
            origin: of.origin.clone(),
        };
        ready(Kubernetes::new(client, config, builder, pace(clouds))).await
    }
}

#[cfg(feature = "cloud-run")]
mod cloud_run {
    use std::sync::Arc;

    use sigyl_deploy::backend::{
        Backend, BuildFiles, ImageBuilder,
        cloud_run::{
            Access, CloudBuild, CloudBuildConfig, CloudRun, CloudRunConfig, Endpoints, GoogleTokens, Network,
            ServiceAccounts, TokenSource,
        },
        docker::BuildLimits,
    };

    use super::{named, pace};
    use crate::{
        config::{CloudsConfig, GOOGLE},
        deployments::{opening::ready, registry_login::secret_file},
    };

    pub(super) async fn open(
        clouds: &CloudsConfig,
        instance: String,
        builder: Option<Arc<dyn ImageBuilder>>,
        registry: String,
        files: BuildFiles,
    ) -> Result<Arc<dyn Backend>, String> {
        let of = &clouds.cloud_run;
        let tokens = match &of.credentials_file {
            Some(file) => GoogleTokens::given(secret_file(file)?),
            None => GoogleTokens::find(),
        };
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens.map_err(|error| error.to_string())?);
        let endpoints = endpoints(&of.urls);
        let builder = match named(&of.build_bucket) {
            None => builder,
            Some(bucket) => {
                let config = CloudBuildConfig {
                    instance: instance.clone(),
                    project: of.project.clone(),
                    region: of.region.clone(),
                    endpoints: endpoints.clone(),
                    bucket,
                    registry,
                    account: named(&of.build_account),
                    files,
                    time: BuildLimits::default().time,
                    context_bytes: BuildLimits::default().context_bytes,
                    pace: pace(clouds),
                };
                let built =
                    CloudBuild::new(config, Arc::clone(&tokens)).map_err(|error| error.to_string())?;
                Some(Arc::new(built) as Arc<dyn ImageBuilder>)
            }
        };
        let config = CloudRunConfig {
            instance,
            project: of.project.clone(),
            region: of.region.clone(),
            endpoints,
            accounts: named(&of.service_account).map_or(ServiceAccounts::Each, ServiceAccounts::One),
            access: if of.is_public { Access::Public } else { Access::Private },
            network: named(&of.network.0)
                .map(|network| Network { network, subnetwork: of.network.1.clone() }),
            builder,
            pace: pace(clouds),
        };
        ready(CloudRun::new(config, tokens).map_err(|error| error.to_string())?).await
    }

    fn endpoints(urls: &[(String, String)]) -> Endpoints {
        let mut endpoints = Endpoints::default();
        let places = [
            &mut endpoints.run,
            &mut endpoints.secrets,
            &mut endpoints.logging,
            &mut endpoints.iam,
            &mut endpoints.build,
            &mut endpoints.storage,
            &mut endpoints.regional,
        ];
        for (name, place) in GOOGLE.iter().zip(places) {
            if let Some((_, url)) = urls.iter().find(|(other, _)| other == name) {
                url.clone_into(place);
            }
        }
        endpoints
    }
}

#[cfg(feature = "railway")]
mod railway {
    use std::{path::PathBuf, sync::Arc};

    use sigyl_core::secret::SecretText;
    use sigyl_deploy::backend::{
        Backend, ImageBuilder,
        railway::{Railway, RailwayConfig, RailwayPlace, RailwayToken, RegistryLogin},
    };

    use super::pace;
    use crate::{
        clock::Clock,
        config::CloudsConfig,
        deployments::{opening::ready, registry_login::secret_file},
    };

    pub(super) async fn open(
        clouds: &CloudsConfig,
        instance: String,
        builder: Option<Arc<dyn ImageBuilder>>,
    ) -> Result<Arc<dyn Backend>, String> {
        let of = &clouds.railway;
        let token = secret(of.token.as_ref(), of.token_file.as_ref())?.ok_or("railway has no token")?;
        let (project, environment) = of.project.clone();
        let password = secret(of.registry_password.as_ref(), of.registry_password_file.as_ref())?;
        let config = RailwayConfig {
            instance,
            url: of.url.clone(),
            token: match project.is_empty() {
                true => RailwayToken::Account(token),
                false => RailwayToken::Project(token),
            },
            place: match project.is_empty() {
                true => RailwayPlace::ProjectEach {
                    workspace: (!of.workspace.is_empty()).then(|| of.workspace.clone()),
                },
                false => RailwayPlace::Project { project, environment },
            },
            registry: password.map(|password| RegistryLogin { username: of.registry_user.clone(), password }),
            builder,
            health_path: (!of.health_path.is_empty()).then(|| of.health_path.clone()),
            origin: of.origin.clone(),
            now_ms: || Clock::system().now().0,
            pace: pace(clouds),
        };
        ready(Railway::new(config).map_err(|error| error.to_string())?).await
    }

    fn secret(given: Option<&SecretText>, file: Option<&PathBuf>) -> Result<Option<SecretText>, String> {
        match (given, file) {
            (Some(secret), _) => Ok(Some(secret.clone())),
            (None, Some(file)) => secret_file(file).map(Some),
            (None, None) => Ok(None),
        }
    }
}
