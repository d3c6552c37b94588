//! Dependencies that only who has a token gets: given to the installation, and to nothing that stays.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest as _, Sha512};
use sigyl_core::{
    secret::SecretText,
    source::{Limits as SourceLimits, read_folder},
};
use sigyl_deploy::{
    backend::{Backend, BackendError, BuildInput, BuildSecrets, BuiltImage, SecretRef, SecretSource},
    plan::{BuildPlan, FolderBytes, PlanOptions},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{CANARY, Canary, Heard, Place, built::spec_of, call, deploy, held, id, server};
use crate::support::{cleared, plan_tree};

/// What stands in the private package, so that what is searched for it is known to be searched.
pub(crate) const MARK: &str = "mark-of-the-private-package";

/// A registry of npm with one package, for who has the canary; everybody else gets 401.
struct Registry {
    port: u16,
    integrity: String,
    let_in: Arc<AtomicU32>,
    serving: JoinHandle<()>,
}

impl Registry {
    async fn start() -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let package = Arc::new(package());
        let integrity = format!("sha512-{}", STANDARD.encode(Sha512::digest(&*package)));
        let let_in = Arc::new(AtomicU32::new(0));
        let (of_package, counted) = (integrity.clone(), Arc::clone(&let_in));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (package, integrity) = (Arc::clone(&package), of_package.clone());
                tokio::spawn(answer(stream, package, integrity, Arc::clone(&counted)));
            }
        });
        Self { port, integrity, let_in, serving }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn package() -> Vec<u8> {
    let mut archive =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let manifest =
        json!({ "name": "@acme/private", "version": "1.0.0", "type": "module", "main": "index.js" });
    let files = [
        ("package/package.json", manifest.to_string()),
        ("package/index.js", format!("export const mark = '{MARK}';\n")),
    ];
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// The head of a request.
pub(super) async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 16 << 10 {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// What a head says under a name.
pub(super) fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

async fn answer(mut stream: TcpStream, package: Arc<Vec<u8>>, integrity: String, let_in: Arc<AtomicU32>) {
    let Some(head) = head(&mut stream).await else { return };
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    let (status, body) = if header(&head, "authorization") != Some(format!("Bearer {CANARY}")) {
        ("401 Unauthorized", b"{}".to_vec())
    } else if path.ends_with(".tgz") {
        let_in.fetch_add(1, Ordering::SeqCst);
        ("200 OK", package.to_vec())
    } else {
        let tarball = format!("http://{}/private-1.0.0.tgz", header(&head, "host").unwrap_or_default());
        let version = json!({
            "name": "@acme/private",
            "version": "1.0.0",
            "dist": { "tarball": tarball, "integrity": integrity },
        });
        let all = json!({
            "name": "@acme/private",
            "dist-tags": { "latest": "1.0.0" },
            "versions": { "1.0.0": version },
        });
        ("200 OK", all.to_string().into_bytes())
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
}

/// A server that does not start without the private package.
fn project(registry: &Registry, host: &str, dockerfile: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let dependencies = json!({ "@acme/private": "1.0.0" });
    let package =
        json!({ "name": "guarded", "version": "1.0.0", "type": "module", "dependencies": dependencies });
    let lock = json!({
        "name": "guarded",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "requires": true,
        "packages": {
            "": { "name": "guarded", "version": "1.0.0", "dependencies": dependencies },
            "node_modules/@acme/private": { "version": "1.0.0", "integrity": registry.integrity },
        },
    });
    write("package.json", &package.to_string());
    write("package-lock.json", &lock.to_string());
    let place = format!("{host}:{}/", registry.port);
    write(".npmrc", &format!("@acme:registry=http://{place}\n//{place}:_authToken=${{NPM_TOKEN}}\n"));
    let prober = fs::read_to_string(server("prober").join("server.mjs")).unwrap();
    write("server.mjs", &format!("import \"@acme/private\";\n{prober}"));
    let (runtime, build) = match dockerfile {
        Some(text) => {
            write("Dockerfile", text);
            ("container", "dockerfile: Dockerfile")
        }
        None => ("node", "start: [node, server.mjs]"),
    };
    write(
        "mcp.yaml",
        &format!(
            "name: guarded\nversion: 1.0.0\nruntime: {runtime}\ntransport: http\nport: 8080\nbuild: {{ {build}, secrets: [NPM_TOKEN] }}\n"
        ),
    );
    folder
}

/// A token that lets nobody in.
struct Wrong;

#[async_trait]
impl SecretSource for Wrong {
    async fn reveal(&self, _: &SecretRef) -> Result<SecretText, BackendError> {
        Ok(SecretText::new("another-token-51d0".to_owned()))
    }
}

/// A project that only who has a secret can install, and what shows that nobody else could.
pub(super) struct Guarded<'a> {
    pub(super) folder: &'a Path,
    /// Build secrets that its manifest names.
    pub(super) names: &'a [&'a str],
    /// What lets in, and what does not.
    pub(super) right: &'a dyn SecretSource,
    pub(super) wrong: &'a dyn SecretSource,
    /// What installs it, and a piece of its command line.
    pub(super) installer: &'a str,
    pub(super) command: &'a str,
    /// What it says where it is not let in.
    pub(super) refused: &'a str,
    /// How often somebody was.
    pub(super) let_in: &'a AtomicU32,
}

async fn build(
    backend: &dyn Backend,
    name: &str,
    case: &Guarded<'_>,
    source: Option<&dyn SecretSource>,
    heard: &Heard,
) -> Result<(BuildPlan, BuiltImage), BackendError> {
    let tree = read_folder(case.folder, &SourceLimits::default()).unwrap();
    let options = PlanOptions { deployment: Some(name.to_owned()), ..PlanOptions::default() };
    let plan = plan_tree(&tree, &options).unwrap_or_else(|error| panic!("{error:#?}"));
    assert_eq!(
        (
            plan.build_secrets.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            plan.private_to.as_deref()
        ),
        (case.names, Some(name))
    );
    let (cleared, bytes, id) = (cleared(&tree), FolderBytes::open(case.folder).unwrap(), id(name));
    // What nobody asked for is not opened either.
    let given: BTreeMap<_, _> = case
        .names
        .iter()
        .chain(&["OTHER"])
        .map(|it| ((*it).to_owned(), SecretRef(it.to_lowercase())))
        .collect();
    let secrets = source.map(|source| BuildSecrets { given: &given, source });
    let input = BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets };
    let image = backend.build(&input, heard).await?;
    Ok((plan, image))
}

/// Looks at all command lines of this machine until it is told to end, and says whether one had the canary, and one `wanted`.
fn watch(wanted: String, is_over: Arc<AtomicBool>) -> thread::JoinHandle<(bool, bool)> {
    thread::spawn(move || {
        let (mut has_canary, mut has_wanted) = (false, false);
        while !is_over.load(Ordering::SeqCst) {
            for entry in fs::read_dir("/proc").unwrap().flatten() {
                let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                has_canary |= line.contains(CANARY);
                has_wanted |= line.contains(&wanted);
            }
        }
        (has_canary, has_wanted)
    })
}

/// What `private_dependencies` leaves for a look at the images.
pub(crate) type Look<'a> = &'a (dyn Fn(&BuiltImage) + Sync);

/// A server with a private dependency is installed with the token and runs; without it, or with a wrong one, it is not.
/// The token is in nothing that is told or kept, and what was built with it is for no other deployment.
pub(crate) async fn private_dependencies(place: &dyn Place, name: &str, look: Look<'_>) {
    private_npm(place, name, None, look).await;
}

/// The same with an author's own Dockerfile.
pub(crate) async fn private_dependencies_of_a_dockerfile(place: &dyn Place, name: &str, look: Look<'_>) {
    let dockerfile = "FROM node:22-slim\nWORKDIR /srv\nCOPY package.json package-lock.json .npmrc ./\n\
        RUN --mount=type=secret,id=NPM_TOKEN,required=true NPM_TOKEN=\"$(cat /run/secrets/NPM_TOKEN)\" npm ci\n\
        COPY server.mjs ./\nCMD [\"node\", \"server.mjs\"]\n";
    private_npm(place, name, Some(dockerfile), look).await;
}

async fn private_npm(place: &dyn Place, name: &str, dockerfile: Option<&str>, look: Look<'_>) {
    let registry = Registry::start().await;
    let folder = project(&registry, &place.host(), dockerfile);
    let case = Guarded {
        folder: folder.path(),
        names: &["NPM_TOKEN"],
        right: &Canary,
        wrong: &Wrong,
        installer: "npm",
        command: "npm ci",
        refused: "E401",
        let_in: &registry.let_in,
    };
    guarded(place, name, &case, look).await;
}

/// Installed with its secrets it runs; without one, or with a wrong one, it is not.
pub(super) async fn guarded(place: &dyn Place, name: &str, case: &Guarded<'_>, look: Look<'_>) {
    let backend = place.begin().await;
    let backend = &*backend;

    let none = build(backend, name, case, None, &Heard::default()).await.unwrap_err();
    assert!(
        matches!(&none, BackendError::Secret { name, .. } if case.names.contains(&name.as_str())),
        "{none}"
    );
    let wrong = build(backend, name, case, Some(case.wrong), &Heard::default()).await.unwrap_err();
    let BackendError::Build { step, output, .. } = &wrong else { panic!("{wrong}") };
    assert!(step.contains(case.installer) && output.join("\n").contains(case.refused), "{step}: {output:#?}");
    assert_eq!(case.let_in.load(Ordering::SeqCst), 0);

    let is_over = Arc::new(AtomicBool::new(false));
    let watching = watch(case.command.to_owned(), Arc::clone(&is_over));
    let heard = Heard::default();
    let built = build(backend, name, case, Some(case.right), &heard).await;
    is_over.store(true, Ordering::SeqCst);
    let (plan, image) = built.unwrap_or_else(|error| panic!("{error:?}\n{}", heard.told()));
    assert_eq!(watching.join().unwrap(), (false, true));
    assert!(!image.reused && case.let_in.load(Ordering::SeqCst) > 0);
    assert!(!heard.told().contains(CANARY) && heard.told().contains(case.installer), "{}", heard.told());
    assert!(!serde_json::to_string(&plan).unwrap().contains(CANARY));
    look(&image);

    // It is there, for this deployment.
    let (_, again) = build(backend, name, case, Some(case.right), &Heard::default()).await.unwrap();
    assert_eq!(BuiltImage { reused: true, ..image.clone() }, again);
    let mut spec = spec_of(name, &plan, image);
    place.fit(&mut spec);
    let (_, endpoint) = deploy(backend, &spec).await;
    assert_eq!(call(&endpoint, "version", json!({})).await.unwrap(), "none");
    // Neither the server nor its files know it.
    let digest = call(&endpoint, "digest", json!({ "name": case.names[0] })).await.unwrap();
    assert_eq!(digest, call(&endpoint, "digest", json!({ "name": "NOT_THERE" })).await.unwrap());

    // Somebody else with the same source is not let in by it.
    let other = format!("{name}-other");
    let wrong = build(backend, &other, case, Some(case.wrong), &Heard::default()).await.unwrap_err();
    assert!(matches!(wrong, BackendError::Build { .. }), "{wrong}");
    for name in [name, &other] {
        backend.delete(&id(name)).await.unwrap();
        assert_eq!(held(backend, &id(name)).await, Vec::<String>::new());
    }
    assert_eq!(backend.owned().await.unwrap(), Vec::new());
}
