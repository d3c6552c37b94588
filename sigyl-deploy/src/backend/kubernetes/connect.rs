//! From what an operator names to a cluster's client.

use std::path::PathBuf;

use kube::config::{KubeConfigOptions, Kubeconfig};

use super::NAME;
use crate::backend::{BackendError, hidden::chain};

/// Which cluster, and who Sigyl is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterAccess {
    /// The cluster that Sigyl runs in, as the account of its own pod.
    Here,
    /// That of a kubeconfig.
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// The context of it; the current one where absent.
        context: Option<String>,
    },
}

/// A client of the cluster. Whether it answers is seen when it is asked.
///
/// # Errors
/// When the file, the context or the pod's account cannot be used; the operator must act.
pub async fn connect(access: &ClusterAccess) -> Result<kube::Client, BackendError> {
    let unavailable = |error: &dyn std::error::Error| BackendError::Unavailable {
        backend: NAME.to_owned(),
        reason: chain(error),
    };
    let config = match access {
        ClusterAccess::Here => kube::Config::incluster().map_err(|error| unavailable(&error))?,
        ClusterAccess::Kubeconfig { file, context } => {
            let read = Kubeconfig::read_from(file).map_err(|error| unavailable(&error))?;
            let options = KubeConfigOptions { context: context.clone(), ..KubeConfigOptions::default() };
            kube::Config::from_custom_kubeconfig(read, &options).await.map_err(|error| unavailable(&error))?
        }
    };
    kube::Client::try_from(config).map_err(|error| unavailable(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_be_used_says_why() {
        let missing = ClusterAccess::Kubeconfig { file: PathBuf::from("/nonexistent/config"), context: None };
        let error = connect(&missing).await.err().unwrap();
        assert!(error.code() == "backend-unavailable" && error.to_string().contains("/nonexistent/config"));

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config");
        let text = "apiVersion: v1\nkind: Config\ncurrent-context: here\n\
            clusters: [{ name: c, cluster: { server: 'http://127.0.0.1:1' } }]\n\
            users: [{ name: u, user: { token: canary } }]\n\
            contexts: [{ name: here, context: { cluster: c, user: u } }]\n";
        std::fs::write(&file, text).unwrap();
        let of = |context: Option<&str>| ClusterAccess::Kubeconfig {
            file: file.clone(),
            context: context.map(str::to_owned),
        };
        connect(&of(None)).await.unwrap();
        let error = connect(&of(Some("there"))).await.err().unwrap().to_string();
        assert!(error.contains("there") && !error.contains("canary"), "{error}");
    }
}
