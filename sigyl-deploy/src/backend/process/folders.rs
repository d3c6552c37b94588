//! What the backend keeps on disk: `apps/DIGEST/` with `app/`, `plan.json` and `owners/ID`; `releases/ID/NUMBER/`.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use sigyl_core::Digest;

use super::failed;
use crate::{
    backend::{BackendError, DeploymentId, Owned, ReleaseNumber},
    plan::BuildPlan,
};

/// The data folder.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    data: PathBuf,
}

/// What plans call programs, and what distributions call them.
const ALIASES: [(&str, &str); 1] = [("python", "python3")];

/// The plan that a folder was built by; it is written last, so that a folder without is none.
const PLAN: &str = "plan.json";

impl Folders {
    pub(super) fn open(data: &Path) -> Result<Self, BackendError> {
        for folder in ["apps", "releases"] {
            fs::create_dir_all(data.join(folder)).map_err(|error| cannot(data, &error))?;
        }
        let data = data.canonicalize().map_err(|error| cannot(data, &error))?;
        Ok(Self { data })
    }

    /// Where it is.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// The folder of other names for programs.
    pub(super) fn bin(data: &Path) -> PathBuf {
        data.join("bin")
    }

    /// Gives programs the names that plans know them by, where the system has only others.
    pub(super) fn alias(&self, path: &str) -> Result<(), BackendError> {
        let bin = Self::bin(&self.data);
        fs::create_dir_all(&bin).map_err(|error| cannot(&bin, &error))?;
        let find =
            |name: &str| path.split(':').map(|folder| Path::new(folder).join(name)).find(|it| it.is_file());
        for (name, other) in ALIASES {
            let link = bin.join(name);
            // One of before may lead nowhere now.
            let _ = fs::remove_file(&link);
            if find(name).is_none()
                && let Some(found) = find(other)
            {
                symlink(&found, &link).map_err(|error| cannot(&link, &error))?;
            }
        }
        Ok(())
    }

    /// The folder of a build.
    pub(super) fn app(&self, plan: &Digest) -> PathBuf {
        self.data.join("apps").join(plan.as_str())
    }

    /// The plan of a finished build.
    pub(super) fn plan(&self, digest: &Digest) -> Result<BuildPlan, BackendError> {
        let path = self.app(digest).join(PLAN);
        let gone = |reason: String| BackendError::Image { reason };
        let bytes = fs::read(&path).map_err(|_| gone("its folder is not there; build it again".into()))?;
        serde_json::from_slice(&bytes).map_err(|_| gone(format!("{} is no plan", path.display())))
    }

    /// Says that a folder is finished.
    pub(super) fn finish(&self, folder: &Path, plan: &BuildPlan) -> Result<(), BackendError> {
        let bytes = serde_json::to_vec(plan).map_err(|error| failed(error.to_string()))?;
        fs::write(folder.join(PLAN), bytes).map_err(|error| cannot(folder, &error))
    }

    /// Says that a deployment uses a build.
    pub(super) fn own(&self, plan: &Digest, id: &DeploymentId) -> Result<(), BackendError> {
        let owners = self.app(plan).join("owners");
        fs::create_dir_all(&owners)
            .and_then(|()| fs::write(owners.join(id.as_str()), ""))
            .map_err(|error| cannot(&owners, &error))
    }

    /// The folder of a release, which is made where it is not.
    pub(super) fn release(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<PathBuf, BackendError> {
        let folder = self.data.join("releases").join(id.as_str()).join(release.to_string());
        fs::create_dir_all(&folder).map_err(|error| cannot(&folder, &error))?;
        Ok(folder)
    }

    pub(super) async fn remove_release(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
    ) -> Result<(), BackendError> {
        let of = self.data.join("releases").join(id.as_str());
        let folder = of.join(release.to_string());
        blocking(move || {
            remove(&folder)?;
            // Stays where there are others.
            let _ = fs::remove_dir(&of);
            Ok(())
        })
        .await
    }

    /// Removes everything of a deployment, and the builds that no other one uses.
    pub(super) async fn remove_deployment(&self, id: &DeploymentId) -> Result<(), BackendError> {
        let releases = self.data.join("releases").join(id.as_str());
        let (apps, id) = (self.data.join("apps"), id.clone());
        blocking(move || {
            remove(&releases)?;
            for app in entries(&apps)? {
                let owners = app.join("owners");
                let was_owner = fs::remove_file(owners.join(id.as_str())).is_ok();
                if was_owner && entries(&owners)?.is_empty() {
                    remove(&app)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Removes builds that were cut short, which belong to nobody, before another one begins.
    pub(super) fn remove_unowned(&self) -> Result<(), BackendError> {
        for app in entries(&self.data.join("apps"))? {
            if entries(&app.join("owners"))?.is_empty() {
                remove(&app)?;
            }
        }
        Ok(())
    }

    /// Gives up builds of a deployment that were made by other plans than these, and removes those that no other
    /// deployment uses. Tells them.
    pub(super) async fn keep_apps(
        &self,
        id: &DeploymentId,
        kept: Vec<Digest>,
    ) -> Result<Vec<Owned>, BackendError> {
        let (apps, id) = (self.data.join("apps"), id.clone());
        blocking(move || {
            let mut gone = Vec::new();
            for app in entries(&apps)? {
                if kept.iter().any(|plan| name(&app) == plan.as_str()) {
                    continue;
                }
                let owners = app.join("owners");
                if fs::remove_file(owners.join(id.as_str())).is_err() {
                    continue;
                }
                if entries(&owners)?.is_empty() {
                    remove(&app)?;
                }
                gone.push(Owned {
                    deployment: id.to_string(),
                    release: None,
                    kind: "folder".into(),
                    name: app.display().to_string(),
                });
            }
            Ok(gone)
        })
        .await
    }

    /// Everything that is there.
    pub(super) fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        let mut owned = Vec::new();
        for app in entries(&self.data.join("apps"))? {
            let owners = entries(&app.join("owners")).unwrap_or_default();
            let named = owners.iter().map(|owner| name(owner)).collect::<Vec<_>>();
            // A build that was cut short belongs to nobody.
            let named = if named.is_empty() { vec![String::new()] } else { named };
            owned.extend(named.into_iter().map(|deployment| Owned {
                deployment,
                release: None,
                kind: "folder".into(),
                name: app.display().to_string(),
            }));
        }
        for of in entries(&self.data.join("releases"))? {
            for release in entries(&of)? {
                owned.push(Owned {
                    deployment: name(&of),
                    release: name(&release).parse().ok(),
                    kind: "folder".into(),
                    name: release.display().to_string(),
                });
            }
        }
        Ok(owned)
    }
}

/// Does what waits for the disk beside the runtime.
pub(super) async fn blocking<T: Send + 'static>(
    what: impl FnOnce() -> Result<T, BackendError> + Send + 'static,
) -> Result<T, BackendError> {
    tokio::task::spawn_blocking(what).await.unwrap_or_else(|_| Err(failed("a task ended".into())))
}

/// Removes a folder where it is.
pub(super) fn remove(folder: &Path) -> Result<(), BackendError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot(folder, &error)),
        _ => Ok(()),
    }
}

pub(super) fn cannot(path: &Path, error: &io::Error) -> BackendError {
    failed(format!("{}: {error}", path.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, BackendError> {
    match fs::read_dir(folder) {
        Ok(found) => Ok(found.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(cannot(folder, &error)),
    }
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
