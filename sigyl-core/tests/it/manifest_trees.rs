//! Trees: what is found where, what counts, and what is told of a disagreement.

use insta::assert_snapshot;
use sigyl_core::{
    Digest, Manifest, SourceTree, manifest,
    source::{FileContent, LeftOut, LeftOutReason, Origin, SourceFile},
};

use crate::show::{diagnostic_lines, discover};

#[test]
fn the_more_authoritative_file_counts() {
    let tree = SourceTree::from_texts([
        ("mcp.yaml", "name: weather\nversion: 1.0.0\nsecrets: [{name: API_KEY}]\n"),
        (
            "smithery.yaml",
            "runtime: python\nstartCommand:\n  type: http\n  configSchema: {type: object, properties: {units: {type: string}}}\n",
        ),
        (
            "server.json",
            r#"{"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json", "name": "io.github.a/wether", "description": "d", "version": "1.1.0", "packages": [{"registryType": "pypi", "identifier": "weather", "version": "1.1.0", "transport": {"type": "stdio"}}]}"#,
        ),
        ("package.json", r#"{"name": "@a/weather", "version": "1.0.0"}"#),
        ("Dockerfile", "FROM python\nEXPOSE 9000\n"),
    ]);
    assert_snapshot!(discover(&tree), @"
    sources: mcp.yaml, smithery.yaml, server.json, package.json, Dockerfile
    name: weather
    description: d
    version: 1.0.0
    runtime: Python
    transport: http Some(9000) None
    needs: API_KEY String required secret -> Header X-MCP-Secret-API_KEY
    packages: pypi:weather==1.1.0
    smithery.yaml:4:3: Warning manifests-disagree: `units` is asked for here, but not in mcp.yaml:3:1, which counts
    server.json:1:154: Warning manifests-disagree: `version` is `1.1.0` here, but `1.0.0` in mcp.yaml:2:10, which counts
    server.json:1:101: Warning manifests-disagree: `name` is `io.github.a/wether` here, but `weather` in mcp.yaml:1:7, which counts
    server.json:1:268: Warning manifests-disagree: `transport` is `stdio` here, but `http` in smithery.yaml:3:9, which counts
    package.json:1:2: Warning manifests-disagree: `runtime` is `node` here, but `python` in smithery.yaml:1:10, which counts
    ");
}

#[test]
fn open_secrets_are_placed_by_the_merged_transport() {
    let secrets = "name: a\nsecrets: [{name: API_KEY}]\n";
    let http = SourceTree::from_texts([
        ("mcp.yaml", secrets),
        ("server.py", "mcp.run(transport='streamable-http')"),
    ]);
    let requirements = Manifest::discover(&http).value.unwrap().requirements;
    assert_eq!(requirements[0].injection.name, "X-MCP-Secret-API_KEY");
    let stdio = SourceTree::from_texts([("mcp.yaml", secrets), ("server.py", "mcp.run()")]);
    let requirements = Manifest::discover(&stdio).value.unwrap().requirements;
    assert_eq!(requirements[0].injection.name, "API_KEY");
}

#[test]
fn a_manifest_may_lie_in_its_own_folder() {
    let tree = SourceTree::from_texts([
        (".mcp/mcp.yaml", "name: a\nbuild: { dockerfile: docker/Dockerfile }\n"),
        ("docker/Dockerfile", "FROM x\n"),
    ]);
    assert_snapshot!(discover(&tree), @"
    sources: .mcp/mcp.yaml
    name: a
    dockerfile: docker/Dockerfile
    ");
}

#[test]
fn one_package_below_the_root_is_found() {
    let tree = SourceTree::from_texts([
        ("README.md", ""),
        ("packages/weather/smithery.yaml", "runtime: container\nbuild: { dockerBuildPath: ../.. }\n"),
        ("packages/weather/package.json", r#"{"name": "weather", "bin": "dist/x.js"}"#),
        ("packages/weather/Dockerfile", "FROM x\n"),
        ("packages/weather/node_modules/dep/package.json", r#"{"name": "dep"}"#),
        ("tests/fixtures/package.json", r#"{"name": "fixture"}"#),
    ]);
    assert_snapshot!(discover(&tree), @"
    sources: packages/weather/smithery.yaml, packages/weather/package.json, packages/weather/Dockerfile
    name: weather
    runtime: Container
    dockerfile: packages/weather/Dockerfile
    ");
}

#[test]
fn of_several_packages_none_is_taken() {
    let tree = SourceTree::from_texts([
        ("a/package.json", r#"{"name": "a"}"#),
        ("b/pyproject.toml", "[project]\nname = \"b\"\n"),
    ]);
    assert_snapshot!(discover(&tree), @"
    mcp.yaml:1:1: Note several-packages: 2 folders hold a package: `a`, `b`
    mcp.yaml:1:1: Note no-manifest: there is no manifest
    ");
}

#[test]
fn a_tree_without_a_manifest_gets_a_ready_one() {
    let tree = SourceTree::from_texts([
        (
            "package.json",
            r#"{"name": "@acme/weather", "version": "1.2.3", "description": "Weather: now", "bin": "dist/index.js", "scripts": {"build": "tsc"}}"#,
        ),
        ("src/index.ts", "new StdioServerTransport(); process.env.WEATHER_API_KEY; process.env.HOME;"),
    ]);
    let parsed = Manifest::discover(&tree);
    assert_eq!(parsed.diagnostics.len(), 1);
    let text = manifest::init(&tree);
    assert_snapshot!(text, @r#"
    # yaml-language-server: $schema=https://raw.githubusercontent.com/sigyl/sigyl/main/docs/schema/mcp.v1.json
    name: weather
    description: "Weather: now"
    version: "1.2.3"
    runtime: node
    transport: stdio
    secrets:
      - name: WEATHER_API_KEY
        required: true
        injection:
          method: environment
          name: WEATHER_API_KEY
    build:
      command:
        - npm
        - run
        - build
      start:
        - node
        - dist/index.js
    "#);
    assert!(parsed.diagnostics[0].mend.as_ref().unwrap().contains(text.trim_end()));
    let again = manifest::read_file("mcp.yaml", text.as_bytes());
    assert_eq!(again.diagnostics, []);
    let (ready, found) = (again.value.unwrap(), parsed.value.unwrap());
    assert_eq!(
        (ready.version, ready.runtime, ready.build.start),
        (found.version, found.runtime, found.build.start)
    );
}

#[test]
fn init_is_valid_for_any_tree() {
    let names = ["", "---", "ünï", "@a/b c", "a: b", "true", "3", "x\\u0000y", "- a", "{}"];
    for name in names {
        let package = serde_json::json!({ "name": name, "description": format!("{name}\n\t: #{name}"), "version": name });
        let package = package.to_string();
        let tree = SourceTree::from_texts([("package.json", package.as_str()), ("Dockerfile", "EXPOSE 0\n")]);
        let text = manifest::init(&tree);
        let parsed = manifest::read_file("mcp.yaml", text.as_bytes());
        assert_eq!(diagnostic_lines(&parsed.diagnostics), "", "{text}");
    }
    assert!(
        !manifest::read_file("mcp.yaml", manifest::init(&SourceTree::from_texts([])).as_bytes()).has_errors()
    );
}

#[test]
fn files_of_other_kinds_are_left_alone() {
    let tree = SourceTree::from_texts([
        ("manifest.json", r#"{"name": "App", "manifest_version": 3, "version": "1"}"#),
        ("server.json", r#"{"port": 80"#),
        ("server.yaml", "port: 80\n"),
        ("mcp.yaml", "name: a\n"),
    ]);
    assert_snapshot!(discover(&tree), @"
    sources: mcp.yaml
    name: a
    ");
}

#[test]
fn a_broken_manifest_leaves_what_others_say() {
    let tree = SourceTree::from_texts([("mcp.yaml", "name: [\n"), ("package.json", r#"{"name": "a"}"#)]);
    assert_snapshot!(discover(&tree), @"
    sources: package.json
    name: a
    runtime: Node
    mcp.yaml:1:7: Error syntax: this is no valid YAML: unclosed bracket '['
    ");
    let tree = SourceTree::from_texts([("mcp.yaml", "name: [\n"), ("index.js", "")]);
    assert_eq!(Manifest::discover(&tree).value, None);
}

#[test]
fn links_and_odd_files_are_told() {
    let file = |path: &str, content| SourceFile {
        path: path.to_owned(),
        content,
        digest: Digest::of(b""),
        size_bytes: 10,
        executable: false,
    };
    let lossy = FileContent::Text { text: "name: a\u{fffd}\n".into(), lossy: true };
    let utf16 = FileContent::Binary { head: b"\xff\xfea\0".as_slice().into() };
    let mut large = file("sigyl.yml", FileContent::Text { text: "name: a\n".into(), lossy: false });
    large.size_bytes = 10 << 20;
    let files = vec![file("mcp.yaml", lossy), file("requirements.txt", utf16), large];
    let left_out = ["smithery.yaml", "docker"]
        .map(|path| LeftOut { path: path.to_owned(), reason: LeftOutReason::Link });
    let tree = SourceTree::new(Origin::Memory, files, left_out.to_vec());
    assert_snapshot!(diagnostic_lines(&Manifest::discover(&tree).diagnostics), @"
    mcp.yaml:1:8: Error not-utf8: the file is not UTF-8
    sigyl.yml:1:1: Error too-large: the manifest has 10485760 bytes; at most 1048576 are read
    requirements.txt:1:1: Warning not-utf8: the file is UTF-16
    smithery.yaml:1:1: Error path-leaves-tree: the manifest is a link, and links are never followed
    ");

    let text = "name: a\nbuild: { dockerfile: docker/Dockerfile }\n";
    let files = vec![file("mcp.yaml", FileContent::Text { text: text.into(), lossy: false })];
    let tree = SourceTree::new(Origin::Memory, files, tree.left_out);
    assert_snapshot!(diagnostic_lines(&Manifest::discover(&tree).diagnostics), @"
    mcp.yaml:2:22: Error path-leaves-tree: `build.dockerfile` leaves the tree: `docker` is a link, and links are never followed
    smithery.yaml:1:1: Error path-leaves-tree: the manifest is a link, and links are never followed
    ");
}
