//! Files that are small beside what they ask for: anchors of anchors, nesting without end, lock files of as many packages
//! as a reader takes and more.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("laughs", laughs),
    ("deep-data", deep_data),
    ("long-locks", long_locks),
    ("lists-of-one", lists_of_one),
    ("compressed", compressed),
];

/// Times that a lock file is longer than other trees: readers take sixteen megabytes.
const LONGER: usize = 40;

/// Anchors that each stand for several of the one before, merged into maps, or over and over the same large one.
fn laughs(random: &mut Random, size: usize) -> Files {
    let path =
        random.pick(&["pnpm-lock.yaml", "mcp.yaml", "smithery.yaml", "docker-compose.yml", "server.yaml"]);
    let mut text = String::new();
    match random.below(3) {
        0 => {
            text += "lockfileVersion: '9.0'\npackages:\n  a0: &a0 { resolution: { integrity: sha512-x } }\n";
            let mut at = 0;
            while text.len() < size {
                at += 1;
                let each: String = (0..9).map(|n| format!("k{n}: *a{}, ", at - 1)).collect();
                text += &format!("  a{at}: &a{at} {{ {each} }}\n");
            }
        }
        1 => {
            text += "a0: &a0 { k: v }\n";
            let mut at = 0;
            while text.len() < size {
                at += 1;
                text +=
                    &format!("a{at}: &a{at}\n  <<: [*a{}, *a0]\n  k{at}: *a{}\n", at - 1, random.below(at));
            }
        }
        _ => {
            text += &format!("a: &a \"{}\"\n", "x".repeat(size / 2));
            while text.len() < size {
                text += "b: *a\n";
            }
        }
    }
    one(path, text)
}

/// Brackets, keys or indentation, a hundred thousand levels and more.
fn deep_data(random: &mut Random, size: usize) -> Files {
    let times = |text: &str| text.repeat(size / text.len());
    match random.below(7) {
        0 => one("package-lock.json", format!("{}1", times("{\"dependencies\":"))),
        1 => one("tools.json", format!("{{\"tools\":{}", times("["))),
        2 => one("uv.lock", format!("a = {}", times("["))),
        3 => one("Cargo.lock", format!("a = {}", times("{a="))),
        4 => one("pyproject.toml", format!("[{}]\n", times("a."))),
        5 => one("pnpm-lock.yaml", times("- ")),
        _ => one("bun.lock", format!("{{\"packages\":{}", times("{\"a\":["))),
    }
}

/// Lock files of very many packages.
fn long_locks(random: &mut Random, size: usize) -> Files {
    let kinds = [
        ("package-lock.json", "{\"lockfileVersion\":3,\"packages\":{", "\"\":{}}}"),
        ("yarn.lock", "# yarn lockfile v1\n\n", ""),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages:\n", ""),
        ("uv.lock", "version = 1\n", ""),
        ("poetry.lock", "", ""),
        ("Cargo.lock", "version = 4\n", ""),
        ("bun.lock", "{\"lockfileVersion\":1,\"packages\":{", "\"z\":[]}}"),
        ("Pipfile.lock", "{\"_meta\":{},\"default\":{", "\"z\":{}}}"),
        ("requirements.txt", "", ""),
        ("go.mod", "module a\nrequire (\n", ")\n"),
    ];
    let (path, head, tail) = kinds[random.below(kinds.len())];
    let length = size * (1 + random.below(LONGER));
    let mut text = head.to_owned();
    let mut at = 0;
    while text.len() < length {
        at += 1;
        text += &match path {
            "package-lock.json" => format!("\"node_modules/p{at}\":{{\"version\":\"1.0.0\"}},"),
            "yarn.lock" => format!("p{at}@1:\n  version \"1\"\n"),
            "pnpm-lock.yaml" => format!("  p{at}@1.0.0: {{}}\n"),
            "bun.lock" => format!("\"p{at}\":[\"p{at}@1.0.0\"],"),
            "Pipfile.lock" => format!("\"p{at}\":{{\"version\":\"==1\"}},"),
            "requirements.txt" => format!("p{at}==1\n"),
            "go.mod" => format!("a.b/p{at} v1.0.0\n"),
            _ => format!("[[package]]\nname = \"p{at}\"\nversion = \"1\"\n"),
        };
    }
    one(path, text + tail)
}

/// As many values as bytes allow.
fn lists_of_one(random: &mut Random, size: usize) -> Files {
    let path =
        random.pick(&["package.json", "tools.json", "pnpm-lock.yaml", "uv.lock", ".mcp.json", "server.json"]);
    let value = random.pick(&["[],", "{},", "1,", "\"\","]);
    let list = format!("[{}1]", value.repeat(size * (1 + random.below(8)) / value.len()));
    match path {
        "uv.lock" => one(path, format!("package = {list}\n")),
        "pnpm-lock.yaml" => one(path, format!("packages: {list}\n")),
        path => one(path, format!("{{\"tools\":{list}}}")),
    }
}

/// What unpacks to far more than it is: nothing in a tree is to be unpacked.
fn compressed(random: &mut Random, size: usize) -> Files {
    // A stored block of zlib, again and again; Base64 of the same in a description, and in source.
    let bytes: Vec<u8> = [0x78, 0x9c, 0x4b, 0x4c, 0x4c, 0x04, 0x00].repeat(size / 7 + 1);
    let path = random.pick(&["package.tgz", "bun.lockb", "dist/index.js.gz", "a.whl", "image.png"]);
    let letters = "H4sIAAAAAAAAA0tMTAQAAAD//w".repeat(size / 52 + 1);
    let mut files = one(path, bytes);
    files.extend(one(
        "server.py",
        format!("import base64, zlib\nexec(zlib.decompress(base64.b64decode('{letters}')))\n"),
    ));
    files
}
