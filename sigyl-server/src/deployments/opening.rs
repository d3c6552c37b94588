//! From the configuration to the backends.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sigyl_deploy::{
    backend::{
        Backend, BuildFiles, DeploymentId, ImageBuilder,
        docker::{DockerBackend, DockerOptions, EngineBuilder, Registry},
        process::{Isolation, Process, ProcessSettings},
        swarm::SwarmBackend,
    },
    egress::{Egress, Refusal},
    front::Fronts,
    plan::PlanOptions,
};

use super::{Backends, backends::Reach, clouds, registry_login::RegistryFiles};
use crate::{clock::Clock, config::Config};

/// How long an engine may take to say that it is there, when the server starts.
const ANSWER: Duration = Duration::from_secs(2);

/// Where fronts listen: on this computer, since a gateway stands before what others may ask.
const FRONT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// The backends that are configured. Those that do not answer now are asked again when they are used.
/// `mark` is the installation's, for what all of its replicas reach.
pub(crate) async fn open(config: &Config, engine: &str, mark: &str) -> Backends {
    let mut backends = Backends::none();
    let (fronts, egress) = (Fronts::new(FRONT), Egress::public(Arc::new(refused)));
    let wanted: Vec<&str> = match config.deploy.backends.iter().map(String::as_str).collect::<Vec<_>>() {
        names if names.contains(&"none") => Vec::new(),
        names if names.contains(&"auto") => match engine_answers(&config.deploy.docker_host).await {
            true => vec!["docker", "process"],
            false => vec!["process"],
        },
        names => names,
    };
    let builder = builder(config, engine);
    for name in wanted {
        match name {
            "docker" => {
                let options = docker(config, engine);
                let (fronts, egress) = (Arc::clone(&fronts), Arc::clone(&egress));
                backends.add("docker", (engine, Reach::Here), move || {
                    let (options, fronts, egress) =
                        (options.clone(), Arc::clone(&fronts), Arc::clone(&egress));
                    async move {
                        let backend = DockerBackend::connect(options, fronts, egress).await;
                        ready(backend.map_err(|error| error.to_string())?).await
                    }
                });
            }
            "swarm" => {
                let options = docker(config, engine);
                let fronts = Arc::clone(&fronts);
                backends.add("swarm", (engine, Reach::Here), move || {
                    let (options, fronts) = (options.clone(), Arc::clone(&fronts));
                    async move {
                        let backend = SwarmBackend::connect(options, fronts).await;
                        ready(backend.map_err(|error| error.to_string())?).await
                    }
                });
            }
            "process" => {
                let (config, fronts, egress) = (config.clone(), Arc::clone(&fronts), Arc::clone(&egress));
                backends.add("process", (engine, Reach::Here), move || {
                    let opened = process(&config, &fronts, &egress)
                        .and_then(|settings| Process::open(settings).map_err(|error| error.to_string()));
                    async move { ready(opened?).await }
                });
            }
            elsewhere => clouds::add(&mut backends, elsewhere, (config, mark), builder.as_ref()),
        }
    }
    backends
}

pub(super) async fn ready(backend: impl Backend + 'static) -> Result<Arc<dyn Backend>, String> {
    backend.preflight().await.map_err(|error| error.to_string())?;
    Ok(Arc::new(backend))
}

fn refused(deployment: &DeploymentId, refusal: &Refusal) {
    tracing::info!(%deployment, host = refusal.host, port = refusal.port, reason = refusal.reason, "egress refused");
}

/// Whether something listens at an engine's address.
async fn engine_answers(address: &str) -> bool {
    let asked = async {
        match address.strip_prefix("unix://") {
            #[cfg(unix)]
            Some(path) => tokio::net::UnixStream::connect(path).await.is_ok(),
            #[cfg(not(unix))]
            Some(_) => false,
            None => {
                let host = address.split_once("://").map_or(address, |(_, host)| host);
                tokio::net::TcpStream::connect(host.trim_end_matches('/')).await.is_ok()
            }
        }
    };
    tokio::time::timeout(ANSWER, asked).await.unwrap_or(false)
}

/// What builds for backends that pull from a registry.
fn builder(config: &Config, engine: &str) -> Option<Arc<dyn ImageBuilder>> {
    let is_somewhere = !config.deploy.registry.is_empty();
    is_somewhere.then(|| Arc::new(EngineBuilder::new(docker(config, engine))) as Arc<dyn ImageBuilder>)
}

fn docker(config: &Config, engine: &str) -> DockerOptions {
    let deploy = &config.deploy;
    let registry = deploy.registry.split_once('/').map(|(address, folder)| Registry {
        address: address.to_owned(),
        folder: folder.to_owned(),
        login: RegistryFiles::of(&deploy.clouds.registry, address),
    });
    DockerOptions {
        address: deploy.docker_host.clone(),
        instance: engine.to_owned(),
        registry,
        files: build_files(config),
        ..DockerOptions::default()
    }
}

fn process(config: &Config, fronts: &Arc<Fronts>, egress: &Arc<Egress>) -> Result<ProcessSettings, String> {
    let deploy = &config.deploy;
    let folders = || deploy.path.split(':').filter(|folder| !folder.is_empty()).map(Path::new);
    let isolation = match deploy.isolates {
        false => Isolation::None,
        true => Isolation::Bubblewrap(
            folders()
                .map(|folder| folder.join("bwrap"))
                .find(|file| file.is_file())
                .ok_or("bubblewrap (bwrap) is not installed; install it, or set deploy.isolation to none")?,
        ),
    };
    let path = without_shims(&deploy.path);
    let folders = || path.split(':').map(Path::new).filter(|folder| folder.is_absolute());
    let bridge = bridge(config);
    if bridge.is_none() && deploy.isolates {
        tracing::warn!(
            "sigyl-bridge is not beside this program: servers of `process` share this computer's network"
        );
    }
    // A runtime that somebody put elsewhere than where the system has its programs.
    let has_runtime = |folder: &&Path| ["node", "python3"].iter().any(|name| folder.join(name).is_file());
    let outside = folders().filter(|folder| !folder.starts_with("/usr") && !folder.starts_with("/bin"));
    let runtimes = outside.filter(has_runtime).filter_map(Path::parent).map(Path::to_owned).collect();
    Ok(ProcessSettings {
        data: config.data_dir.join("deployments"),
        isolation,
        bridge,
        runtimes,
        path: path.clone(),
        build_env: deploy.build_env.iter().cloned().collect(),
        now_ms: || Clock::system().now().0,
        fronts: Arc::clone(fronts),
        egress: Arc::clone(egress),
    })
}

/// How interpreters tell where they are.
const INTERPRETERS: [(&str, &[&str]); 2] =
    [("python3", &["-I", "-c", "import sys; print(sys.executable)"]), ("node", &["-p", "process.execPath"])];

/// Where programs are looked for, with interpreters themselves in place of the scripts by which version managers (pyenv,
/// asdf, mise, Volta) choose one: those read settings in a home that no build sees, and write where none may.
fn without_shims(path: &str) -> String {
    let mut folders: Vec<PathBuf> = path.split(':').map(PathBuf::from).collect();
    for (name, words) in INTERPRETERS {
        let Some(at) = folders.iter().position(|folder| folder.join(name).is_file()) else { continue };
        let told = std::process::Command::new(folders[at].join(name))
            .args(words)
            .env("PATH", path)
            .current_dir("/")
            .stdin(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .output();
        let Ok(told) = told else { continue };
        let real = PathBuf::from(String::from_utf8_lossy(&told.stdout).trim());
        let Some(folder) = real.parent().filter(|_| told.status.success() && real.is_file()) else {
            continue;
        };
        if folder != folders[at] {
            let shims = folders[at].clone();
            folders[at] = folder.to_owned();
            folders.retain(|folder| *folder != shims);
        }
    }
    folders.iter().map(|folder| folder.to_string_lossy()).collect::<Vec<_>>().join(":")
}

/// Whether the bridge that is configured can be started at all: found out before a server is built on it.
///
/// # Errors
/// Its path.
pub(crate) fn check(config: &Config) -> Result<(), PathBuf> {
    match &config.deploy.bridge {
        Some(path) if !is_program(path) => Err(path.clone()),
        _ => Ok(()),
    }
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    let may_run = |file: &std::fs::Metadata| {
        use std::os::unix::fs::PermissionsExt as _;
        file.permissions().mode() & 0o111 != 0
    };
    #[cfg(not(unix))]
    let may_run = |_: &std::fs::Metadata| true;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && may_run(&file))
}

/// What goes into builds beside a tree.
pub(super) fn build_files(config: &Config) -> BuildFiles {
    BuildFiles { bridge: bridge(config), ca_bundle: config.deploy.ca_file.clone() }
}

/// The bridge that is configured, or the one beside this program.
fn bridge(config: &Config) -> Option<PathBuf> {
    config.deploy.bridge.clone().or_else(|| {
        let beside = std::env::current_exe().ok()?.with_file_name("sigyl-bridge");
        beside.is_file().then_some(beside)
    })
}

/// What a deployer says about plans.
pub(super) fn plan_options(config: &Config) -> PlanOptions {
    let mut options = PlanOptions::default();
    for (name, image) in &config.deploy.base_images {
        match image.split_once('@') {
            Some((reference, digest)) => {
                options.images.insert(name.clone(), reference.to_owned());
                options.digests.insert(reference.to_owned(), digest.to_owned());
            }
            None => {
                options.images.insert(name.clone(), image.clone());
            }
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;
    use crate::config::{Given, gather};

    #[test]
    fn a_bridge_that_cannot_be_run_is_told_before_anything_is_built_on_it() {
        let top = tempfile::tempdir().unwrap();
        let file = top.path().join("sigyl-bridge");
        let told = |path: &Path| {
            let given = |name: &str| match name {
                "SIGYL_BRIDGE" => Some(path.into()),
                "HOME" => Some(top.path().into()),
                _ => None,
            };
            let given = Given { file: None, flags: Vec::new(), environment: &given };
            check(&gather(&given).map_err(|mistakes| format!("{mistakes:?}")).unwrap().config)
        };
        assert_eq!(told(&file), Err(file.clone()));
        assert_eq!(told(top.path()), Err(top.path().to_owned()));
        fs::write(&file, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(told(&file), Err(file.clone()));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(told(&file), Ok(()));
        assert_eq!(told(Path::new("")), Ok(()));
    }

    #[test]
    fn a_script_that_chooses_an_interpreter_gives_way_to_it() {
        let top = tempfile::tempdir().unwrap();
        let [shims, real, other] = ["shims", "real", "other"].map(|name| top.path().join(name));
        let script = |folder: &Path, name: &str, text: &str| {
            fs::create_dir_all(folder).unwrap();
            let file = folder.join(name);
            fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        };
        script(&shims, "python3", &format!("echo {}/python3", real.display()));
        script(&real, "python3", "exit 0");
        script(&other, "node", "exit 3");
        let path = |folders: &[&PathBuf]| {
            folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(":")
        };
        assert_eq!(without_shims(&path(&[&shims, &other, &shims])), path(&[&real, &other]));
        // One that says nothing stays.
        assert_eq!(without_shims(&path(&[&real, &other])), path(&[&real, &other]));
    }
}
