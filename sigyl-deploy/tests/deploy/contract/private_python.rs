//! Packages of an index of Python that asks for a password, as pip, uv and Poetry are told it.

use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sigyl_core::{Digest, secret::SecretText};
use sigyl_deploy::backend::{BackendError, SecretRef, SecretSource};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, net::TcpListener, task::JoinHandle};

use super::{
    CANARY, MARK, Place,
    built::server,
    private::{Guarded, Look, guarded, head, header},
};

/// Who is let in.
const USER: &str = "robot";

/// Characters that mean something in an address; uv and Poetry take passwords as they are.
const ODD: &str = "/?#%41@:&";

/// Whose settings tell where the package is, and how they are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The whole address as a variable.
    Pip,
    /// `requirements.txt` with a variable in an address.
    Requirements,
    /// `tool.uv.index`, with a password by its name.
    Uv,
    /// uv's variable for a whole address.
    UvAddress,
    /// `tool.poetry.source`, with a user and a password by its name.
    Poetry,
}

/// An index with one package, for who has user and password; everybody else gets 401.
struct Index {
    port: u16,
    digest: String,
    let_in: Arc<AtomicU32>,
    serving: JoinHandle<()>,
}

impl Index {
    async fn start(password: &str) -> Self {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let wheel = Arc::new(wheel());
        let digest = Digest::of(&wheel).to_string();
        let let_in = Arc::new(AtomicU32::new(0));
        let login = format!("Basic {}", STANDARD.encode(format!("{USER}:{password}")));
        let (of_wheel, counted) = (digest.clone(), Arc::clone(&let_in));
        let serving = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (wheel, counted, digest) = (Arc::clone(&wheel), Arc::clone(&counted), of_wheel.clone());
                let login = login.clone();
                tokio::spawn(async move {
                    let Some(head) = head(&mut stream).await else { return };
                    let path = head.split_whitespace().nth(1).unwrap_or_default();
                    let (status, body) = if path.starts_with("/nothing/") {
                        ("404 Not Found", Vec::new())
                    } else if header(&head, "authorization").as_ref() != Some(&login) {
                        ("401 Unauthorized", Vec::new())
                    } else if path.ends_with(".whl") {
                        counted.fetch_add(1, Ordering::SeqCst);
                        ("200 OK", wheel.to_vec())
                    } else {
                        let page = format!("<a href=\"/files/{WHEEL}#sha256={digest}\">{WHEEL}</a>");
                        ("200 OK", page.into_bytes())
                    };
                    let head = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\nwww-authenticate: Basic\r\n\
                         content-length: {}\r\nconnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
                });
            }
        });
        Self { port, digest, let_in, serving }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

const WHEEL: &str = "acme_private-1.0.0-py3-none-any.whl";

/// An archive whose files are stored as they are: PKWARE's note, 4.3.
fn wheel() -> Vec<u8> {
    let module = format!("MARK = {MARK:?}\n");
    let info = "acme_private-1.0.0.dist-info";
    let files = [
        ("acme_private.py".to_owned(), module.as_str()),
        (format!("{info}/METADATA"), "Metadata-Version: 2.1\nName: acme-private\nVersion: 1.0.0\n"),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        (
            format!("{info}/RECORD"),
            "acme_private.py,,\nacme_private-1.0.0.dist-info/METADATA,,\nacme_private-1.0.0.dist-info/WHEEL,,\n\
             acme_private-1.0.0.dist-info/RECORD,,\n",
        ),
    ];
    let (mut all, mut central) = (Vec::new(), Vec::new());
    for (path, text) in &files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut common = Vec::new();
        // Version 2.0, no flags, stored, midnight of 1 January 1980.
        common.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]);
        common.extend(crc.sum().to_le_bytes());
        common.extend([size, size].concat());
        common.extend(u16::try_from(path.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        let offset = u32::try_from(all.len()).unwrap().to_le_bytes();
        central.extend(b"PK\x01\x02\x14\x00");
        central.extend(&common);
        // No comment, first disk, a binary, mode 0644.
        central.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81]);
        central.extend(offset);
        central.extend(path.as_bytes());
        all.extend(b"PK\x03\x04");
        all.extend(common);
        all.extend([path.as_bytes(), text.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let (begins, length) = (all.len(), central.len());
    all.extend(central);
    all.extend(b"PK\x05\x06\0\0\0\0");
    all.extend([count, count].concat());
    all.extend([length, begins].map(|it| u32::try_from(it).unwrap().to_le_bytes()).concat());
    all.extend([0, 0]);
    all
}

/// A server that does not start without the private package.
fn project(tool: Tool, index: &Index, host: &str, names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let place = format!("{host}:{}/simple", index.port);
    let hash = format!("sha256:{}", index.digest);
    let project = "[project]\nname = \"guarded\"\nversion = \"1.0.0\"\nrequires-python = \">=3.10\"\n\
                   dependencies = [\"acme-private==1.0.0\"]\n";
    match tool {
        Tool::Pip => write("requirements.txt", &format!("acme-private==1.0.0 --hash={hash}\n")),
        Tool::Requirements => write(
            "requirements.txt",
            &format!(
                "--extra-index-url http://{USER}:${{ACME_TOKEN}}@{place}\nacme-private==1.0.0 --hash={hash}\n"
            ),
        ),
        Tool::Uv | Tool::UvAddress => {
            let index = format!("[[tool.uv.index]]\nname = \"ac.me\"\nurl = \"http://{USER}@{place}\"\n");
            let index = if tool == Tool::Uv { index } else { String::new() };
            write("pyproject.toml", &format!("{project}{index}"));
            write(
                "uv.lock",
                &format!(
                    "version = 1\n[[package]]\nname = \"acme-private\"\nversion = \"1.0.0\"\n\
                     source = {{ registry = \"http://{place}\" }}\n\
                     wheels = [{{ url = \"http://{place}/{WHEEL}\", hash = \"{hash}\" }}]\n\
                     [[package]]\nname = \"guarded\"\nversion = \"1.0.0\"\nsource = {{ virtual = \".\" }}\n\
                     dependencies = [{{ name = \"acme-private\" }}]\n"
                ),
            );
        }
        Tool::Poetry => {
            let source = format!("[[tool.poetry.source]]\nname = \"ac-me\"\nurl = \"http://{place}\"\n");
            write("pyproject.toml", &format!("{project}{source}"));
            write(
                "poetry.lock",
                &format!(
                    "[[package]]\nname = \"acme-private\"\nversion = \"1.0.0\"\noptional = false\n\
                     groups = [\"main\"]\nfiles = [{{file = \"{WHEEL}\", hash = \"{hash}\"}}]\n\
                     [package.source]\ntype = \"legacy\"\nurl = \"http://{place}\"\nreference = \"ac-me\"\n\
                     [metadata]\nlock-version = \"2.1\"\n"
                ),
            );
        }
    }
    fs::copy(server("guarded.py"), folder.path().join("server.py")).unwrap();
    write(
        "mcp.yaml",
        &format!(
            "name: guarded\nversion: 1.0.0\nruntime: python\ntransport: http\nport: 8080\n\
             build: {{ start: [python, server.py], secrets: [{}] }}\n",
            names.join(", ")
        ),
    );
    folder
}

/// Values by their references.
struct Values(BTreeMap<String, String>);

#[async_trait]
impl SecretSource for Values {
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError> {
        Ok(SecretText::new(self.0[&reference.0].clone()))
    }
}

/// A server with a private dependency is installed as the tool's own variables let it in, and not without.
pub(crate) async fn private_packages(place: &dyn Place, name: &str, tool: Tool, look: Look<'_>) {
    let host = place.host();
    let is_raw = matches!(tool, Tool::Uv | Tool::Poetry);
    let password = if is_raw { format!("{CANARY}{ODD}") } else { CANARY.to_owned() };
    let index = Index::start(&password).await;
    // The machine's own index has nothing, and pip talks to this machine without TLS.
    let nothing = format!("http://{host}:{}/nothing/", index.port);
    let given = |password: &str| {
        let address = format!("http://{USER}:{password}@{host}:{}/simple", index.port);
        let mut all = vec![("PIP_TRUSTED_HOST", host.clone()), ("PIP_INDEX_URL", nothing.clone())];
        all.extend(match tool {
            Tool::Pip => vec![("PIP_EXTRA_INDEX_URL", address)],
            Tool::Requirements => vec![("ACME_TOKEN", password.to_owned())],
            Tool::Uv => vec![("UV_INDEX_AC_ME_PASSWORD", password.to_owned())],
            Tool::UvAddress => vec![("UV_INDEX", format!("acme={address}"))],
            Tool::Poetry => vec![
                ("POETRY_HTTP_BASIC_AC_ME_USERNAME", USER.to_owned()),
                ("POETRY_HTTP_BASIC_AC_ME_PASSWORD", password.to_owned()),
            ],
        });
        all
    };
    let right = given(&password);
    let names: Vec<&str> = right.iter().map(|(name, _)| *name).collect();
    let values = |all: Vec<(&str, String)>| {
        Values(all.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect())
    };
    let folder = project(tool, &index, &host, &names);
    let case = Guarded {
        folder: folder.path(),
        names: &names,
        right: &values(right.clone()),
        wrong: &values(given("another-token-51d0")),
        installer: "pip",
        command: "--require-hashes",
        refused: "No matching distribution found for acme-private",
        let_in: &index.let_in,
    };
    guarded(place, name, &case, look).await;
}
