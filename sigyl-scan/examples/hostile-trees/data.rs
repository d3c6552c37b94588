//! Manifests, lock files, schemas and images.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("package-lock", package_lock),
    ("yarn-lock", yarn_lock),
    ("yaml", yaml),
    ("toml", toml),
    ("json", json),
    ("tool-schemas", tool_schemas),
    ("names", names),
    ("dockerfile", dockerfile),
    ("requirements", requirements),
    ("compose", compose),
];

fn package_lock(random: &mut Random, size: usize) -> Files {
    let is_nested = random.once_in(2);
    let mut text = String::from("{\"lockfileVersion\":2,");
    if is_nested {
        let depth = (size / 60).min(1 << random.below(13));
        let open = "\"dependencies\":{\"a\":{\"version\":\"1.0.0\",".repeat(depth);
        text += &format!("{open}\"x\":1{}}}", "}}".repeat(depth));
    } else {
        text += "\"packages\":{";
        let mut at = 0;
        while text.len() < size {
            text += &format!(
                "\"{}node_modules/p{at}\":{{\"version\":\"1.0.{at}\",\"resolved\":\"https://registry.npmjs.org/p{at}\",\"dependencies\":{{\"p{}\":\"*\"}}}},",
                "node_modules/q/".repeat(random.below(20)),
                random.below(at + 1)
            );
            at += 1;
        }
        text += "\"\":{}}}";
    }
    let mut files = one("package-lock.json", text);
    files.extend(one("package.json", "{\"name\":\"a\",\"dependencies\":{\"p1\":\"^1\"}}"));
    files
}

fn yarn_lock(random: &mut Random, size: usize) -> Files {
    let mut text = "# yarn lockfile v1\n\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        let names: Vec<String> = (0..1 + random.below(40)).map(|n| format!("\"p{at}@^{n}\"")).collect();
        text += &format!(
            "{}:\n  version \"1.{at}\"\n  resolved \"https://registry.yarnpkg.com/p{at}\"\n  dependencies:\n    p{} \"*\"\n\n",
            names.join(", "),
            random.below(at + 1)
        );
        at += 1;
    }
    one("yarn.lock", text)
}

/// Anchors of anchors, deep and long.
fn yaml(random: &mut Random, size: usize) -> Files {
    let path = random.pick(&[
        "pnpm-lock.yaml",
        "compose.yaml",
        "mcp.yaml",
        "smithery.yaml",
        ".github/workflows/a.yml",
    ]);
    let text = match random.below(4) {
        0 => {
            let mut text = "a0: &a0 [x, x]\n".to_owned();
            let mut at = 0;
            while text.len() < size {
                at += 1;
                text += &format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(", "));
            }
            text
        }
        1 => (0..size.min(1 << random.below(20)).isqrt())
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect(),
        2 => "[".repeat(size),
        _ => (0..size / 20)
            .map(|at| format!("/p{at}@1.0.{at}: {{ resolution: {{ integrity: sha512-a }} }}\n"))
            .collect(),
    };
    one(path, text)
}

fn toml(random: &mut Random, size: usize) -> Files {
    let path = random.pick(&["pyproject.toml", "uv.lock", "poetry.lock", "Cargo.lock", "sigyl.toml"]);
    let mut text = "version = 1\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        text += &match random.below(5) {
            0 => format!("[{}]\n", vec!["a"; 1 + random.below(100)].join(".")),
            1 => format!("k{at} = {}{}\n", "[".repeat(random.below(200)), "]".repeat(random.below(200))),
            2 => format!("k{at} = '''{}'''\n", "x".repeat(random.below(1_000))),
            3 => format!("a{at}.b.c.d = {{ x = {{ y = {at} }} }}\n"),
            _ => format!(
                "[[package]]\nname = \"p{at}\"\nversion = \"1.{at}\"\nsource = {{ registry = \"https://pypi.org/simple\" }}\ndependencies = [{{ name = \"p{}\" }}]\n",
                random.below(at + 1)
            ),
        };
        at += 1;
    }
    one(path, text)
}

fn json(random: &mut Random, size: usize) -> Files {
    let path = random.pick(&[
        "package.json",
        "server.json",
        "mcp.json",
        "tsconfig.json",
        "claude_desktop_config.json",
        ".mcp.json",
        "smithery.json",
    ]);
    let depth = size.min(1 << random.below(20));
    let text = match random.below(4) {
        0 => format!("{}1{}", "{\"a\":".repeat(depth / 6), "}".repeat(depth / 6)),
        1 => format!("[{}1]", "1,".repeat(size / 2)),
        2 => format!("{{{}\"z\":1}}", (0..size / 12).map(|at| format!("\"k{}\":{at},", at % 1_000)).collect::<String>()),
        _ => format!("{{\"mcpServers\":{{{}\"z\":{{}}}}}}", (0..size / 70).map(|at| format!("\"s{at}\":{{\"command\":\"npx\",\"args\":[\"-y\",\"p{at}@latest\"],\"env\":{{\"TOKEN\":\"t\"}}}},")).collect::<String>()),
    };
    one(path, text)
}

/// Tools whose schemas are large, deep or refer to themselves.
fn tool_schemas(random: &mut Random, size: usize) -> Files {
    let depth = 1 + random.below(400);
    let mut text = String::from("{\"tools\":[");
    let mut at = 0;
    while text.len() < size {
        let open = "{\"type\":\"object\",\"description\":\"an object\",\"properties\":{\"a\":".repeat(depth);
        text += &format!(
            "{{\"name\":\"t{at}\",\"description\":\"does {at}\",\"inputSchema\":{open}{{\"$ref\":\"#/inputSchema\",\"enum\":[{}1]}}{}}},",
            "\"a\",".repeat(random.below(200)),
            "}}".repeat(depth)
        );
        at += 1;
    }
    one("tools.json", format!("{text}{{}}]}}"))
}

/// Names that are like one another, and like those of others.
fn names(random: &mut Random, size: usize) -> Files {
    let mut text = String::from("{\"name\":\"a\",\"dependencies\":{");
    let mut tools = String::from("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n");
    let mut at = 0;
    while text.len() + tools.len() < size {
        let name: String = (0..1 + random.below(40))
            .map(|_| random.pick(&["l", "1", "o", "0", "rn", "m", "-", "react", "express", "i"]))
            .collect();
        text += &format!("\"{name}{at}\":\"*\",");
        tools += &format!("@mcp.tool(name='{name}')\ndef t{at}(): ...\n");
        at += 1;
    }
    let mut files = one("package.json", format!("{text}\"z\":\"1\"}}}}"));
    files.extend(one("server.py", tools));
    files
}

fn dockerfile(random: &mut Random, size: usize) -> Files {
    let line = random.pick(&[
        "RUN a && \\\n",
        "FROM a AS b\n",
        "ENV A=b C=d \\\n",
        "ARG X=${Y:-${Z}}\n",
        "RUN <<E\n",
        "COPY --from=b . .\n",
        "# sigyl-ignore a: b\n",
        "RUN curl http://a | sh\n",
        "USER root\n",
    ]);
    one("Dockerfile", format!("FROM node:20\n{}", line.repeat(size / line.len() + 1)))
}

fn requirements(random: &mut Random, size: usize) -> Files {
    let mut text = String::new();
    let mut at = 0;
    while text.len() < size {
        text += &match random.below(4) {
            0 => format!("p{at}[{}]>=1,<2; python_version>'3' \\\n", "x,".repeat(random.below(100))),
            1 => format!("p{at} @ git+https://github.com/a/b@{at}\n"),
            2 => "-r requirements.txt\n--extra-index-url http://a/simple\n".to_owned(),
            _ => format!("p{at}=={}\n", "1.".repeat(random.below(200))),
        };
        at += 1;
    }
    one("requirements.txt", text)
}

fn compose(random: &mut Random, size: usize) -> Files {
    let mut text = "services:\n".to_owned();
    let mut at = 0;
    while text.len() < size {
        text += &format!(
            "  s{at}:\n    image: a:latest\n    privileged: true\n    volumes: [\"/:/a{at}\", \"/var/run/docker.sock:/x\"]\n    environment:\n      - TOKEN{at}={}\n",
            "x".repeat(random.below(100))
        );
        at += 1;
    }
    one("docker-compose.yml", text)
}
