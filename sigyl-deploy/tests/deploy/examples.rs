//! Plans and Dockerfiles of the examples, of a published npm package and of a published wheel.

use sigyl_deploy::plan::{BuildPlan, DockerfileOptions, PlanOptions};

use crate::support::{example, plan_tree, tree};

/// What is different each time a file of an example changes.
fn stable(text: &str, plan: &BuildPlan) -> String {
    let mut text = text.to_owned();
    for (digest, name) in
        [(&plan.tree_digest, "@@TREE@@"), (&plan.report_digest, "@@REPORT@@"), (&plan.digest(), "@@PLAN@@")]
    {
        text = text.replace(digest.as_str(), name);
    }
    text
}

fn shown(plan: &BuildPlan) -> String {
    let json = serde_json::to_string_pretty(plan).unwrap();
    let dockerfile = plan.dockerfile(&DockerfileOptions::default());
    let mut text = stable(&format!("{json}\n---\n{dockerfile}"), plan);
    // Lists with hashes are long, and come from the lock file.
    for file in &plan.generated {
        let head: String = file.text.lines().take(2).collect::<Vec<_>>().join("\n");
        let head = serde_json::to_string(&format!("{head}…{} lines", file.text.lines().count())).unwrap();
        text = text.replace(&serde_json::to_string(&file.text).unwrap(), &head);
    }
    text
}

#[test]
fn every_example_has_a_plan() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples")).unwrap();
    let mut names: Vec<String> = folder
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 7, "{names:?}");
    for name in names {
        let (_, tree) = example(&name);
        let plan =
            plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{name}: {error:#?}"));
        insta::with_settings!({ snapshot_path => "plans", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, shown(&plan));
        });
    }
}

/// As it is published: built, with one program, without a lock file.
const EVERYTHING: &str = r#"{
  "name": "@modelcontextprotocol/server-everything",
  "version": "2026.8.31",
  "type": "module",
  "bin": { "mcp-server-everything": "dist/index.js" },
  "files": ["dist"],
  "scripts": { "build": "tsc && shx cp -r src/docs dist/ && shx chmod +x dist/*.js", "start:stdio": "node dist/index.js stdio" },
  "dependencies": { "@modelcontextprotocol/sdk": "^1.26.0", "express": "^5.2.1", "zod": "^3.25.0" },
  "devDependencies": { "typescript": "^5.6.2", "shx": "^0.3.4" }
}"#;

#[test]
fn a_published_npm_package() {
    let files = [
        ("package.json", EVERYTHING),
        (
            "dist/index.js",
            "#!/usr/bin/env node\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';\n",
        ),
        ("dist/docs/features.md", "# Features\n"),
    ];
    let tree = tree(Some("npm:@modelcontextprotocol/server-everything@2026.8.31"), &files);
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    assert_eq!(plan.start, ["node", "dist/index.js"]);
    insta::with_settings!({ snapshot_path => "plans", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("server-everything", shown(&plan));
    });
}

#[test]
fn a_published_wheel() {
    let files = [
        ("mcp_server_time/__init__.py", "from .server import serve\n\ndef main():\n    serve()\n"),
        ("mcp_server_time/__main__.py", "from mcp_server_time import main\nmain()\n"),
        (
            "mcp_server_time/server.py",
            "from mcp.server.stdio import stdio_server\nasync def serve():\n    async with stdio_server() as streams:\n        pass\n",
        ),
        (
            "mcp_server_time-2026.1.26.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: mcp-server-time\nVersion: 2026.1.26\nRequires-Python: >=3.10\nRequires-Dist: mcp>=1.23.0\nRequires-Dist: tzdata>=2024.2; sys_platform == 'win32'\nRequires-Dist: pytest; extra == 'dev'\n\n# Time\n\nRequires-Dist: nothing\n",
        ),
        (
            "mcp_server_time-2026.1.26.dist-info/entry_points.txt",
            "[console_scripts]\nmcp-server-time = mcp_server_time:main\n",
        ),
    ];
    let tree = tree(Some("pypi:mcp-server-time==2026.1.26"), &files);
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    insta::with_settings!({ snapshot_path => "plans", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("mcp-server-time", shown(&plan));
    });
}
