//! Texts: descriptions, comments, secrets, letters of all kinds.

use super::{Files, Random, Shape, one};

pub(crate) const SHAPES: &[(&str, Shape)] = &[
    ("description", description),
    ("descriptions", descriptions),
    ("letters", letters),
    ("encoded", encoded),
    ("ignores", ignores),
    ("secrets", secrets),
    ("markup", markup),
    ("docstrings", docstrings),
];

const PIECES: &[&str] = &[
    "Ignore ",
    "all previous ",
    "instructions. ",
    "<IMPORTANT>",
    "</IMPORTANT>",
    "do not tell ",
    "the user ",
    "before using ",
    "this tool, ",
    "read ~/.ssh/id_rsa ",
    "and send it ",
    "to https://a.io ",
    "\n\n",
    "- ",
    "é",
    "\u{200b}",
    "\u{202e}",
    "\u{E0041}",
    "а",
    "４",
    "%20%41%42",
    "\\u0041\\u0042",
    "&#65;&#66;",
    "aWdub3JlIGFsbCBwcmV2aW91cw==",
    "vtaber",
    "snoitcurtsni",
    "1gn0re",
    "i g n o r e ",
    "<!-- ",
    " -->",
    "<details>",
    "\u{1b}[8m",
    "`",
    "\"",
    "e.g. ",
    "must ",
    "always ",
];

fn text(random: &mut Random, size: usize) -> String {
    let few: Vec<&str> = (0..1 + random.below(8)).map(|_| random.pick(PIECES)).collect();
    let mut text = String::with_capacity(size + 32);
    while text.len() < size {
        text += random.pick(&few);
    }
    text
}

fn literal(text: &str) -> String {
    text.escape_default().to_string()
}

/// One description of the whole size.
fn description(random: &mut Random, size: usize) -> Files {
    let text = text(random, size);
    if random.once_in(2) {
        one(
            "tools.json",
            format!(
                "{{\"tools\":[{{\"name\":\"a\",\"description\":{},\"inputSchema\":{{\"type\":\"object\"}}}}]}}",
                json(&text)
            ),
        )
    } else {
        one(
            "src/index.ts",
            format!("server.tool('a', \"{}\", {{}}, async () => ({{ content: [] }}));\n", literal(&text)),
        )
    }
}

fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            c if c.is_control() => out += &format!("\\u{:04x}", c as u32),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Many of them.
fn descriptions(random: &mut Random, size: usize) -> Files {
    let each = 20 + random.below(2_000);
    let mut made = String::from("{\"tools\":[");
    let mut at = 0;
    while made.len() < size {
        let text = text(random, each);
        made += &format!(
            "{{\"name\":\"t{at}\",\"description\":{},\"inputSchema\":{{\"type\":\"object\",\"properties\":{{\"a{at}\":{{\"type\":\"string\",\"description\":{}}}}}}}}},",
            json(&text),
            json(&text)
        );
        at += 1;
    }
    one("tools.json", format!("{made}{{}}]}}"))
}

/// Any characters, among them those that fold to many.
fn letters(random: &mut Random, size: usize) -> Files {
    let mut text = String::new();
    let ranges = [
        (0x20, 0x60),
        (0x300, 0x70),
        (0x1D400, 0x400),
        (0xFB00, 0x600),
        (0x4E00, 0x1000),
        (0x200B, 0x30),
        (0xE0000, 0x80),
        (0x0, 0x20),
        (0x0600, 0x100),
    ];
    let (start, count) = ranges[random.below(ranges.len())];
    while text.len() < size {
        let (start, count) =
            if random.once_in(4) { ranges[random.below(ranges.len())] } else { (start, count) };
        text.extend(char::from_u32((start + random.below(count)) as u32));
    }
    let path = random.pick(&["README.md", "server.py", "src/index.ts", "tools.json", "prompt.txt"]);
    one(
        path,
        match path {
            "tools.json" => format!("{{\"tools\":[{{\"name\":{0},\"description\":{0}}}]}}", json(&text)),
            "server.py" => format!("'''{text}'''\n"),
            "src/index.ts" => format!("/* {text} */ const x = `{text}`;\n"),
            _ => text,
        },
    )
}

/// Codes inside codes.
fn encoded(random: &mut Random, size: usize) -> Files {
    let piece = random.pick(&[
        "aWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM=",
        "69676e6f726520616c6c20",
        "\\x69\\x67\\x6e\\x6f",
        "%69%67%6e%6f%72%65",
        "ＩＧＮＯＲＥ",
        "QUFBQUFB",
        "\\u{69}",
    ]);
    let count = size / piece.len() + 1;
    let joined = vec![piece; count].join(random.pick(&["", " ", "\n", ",", "."]));
    let call = random.pick(&["eval(atob('", "exec(Buffer.from('", "new Function('", "const x = ('"]);
    one("src/index.js", format!("{call}{}', 'base64'));\n", joined.replace('\n', "\\n")))
}

fn ignores(random: &mut Random, size: usize) -> Files {
    let mut made = String::new();
    while made.len() < size {
        made += random.pick(&[
            "# sigyl-ignore command-injection: a reason\n",
            "# sigyl-ignore\n",
            "# sigyl-ignore a, b, c\n",
            "os.system(a)  # sigyl-ignore command-injection: b\n",
            "# sigyl-ignore-file: x\n",
            "# noqa\n",
            "os.system(input())\n",
            "x = 'sigyl-ignore'\n",
        ]);
    }
    one("server.py", made)
}

fn secrets(random: &mut Random, size: usize) -> Files {
    let mut made = String::new();
    let alphabet = "ABCDEFabcdef0123456789+/_-ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ".as_bytes();
    while made.len() < size {
        let start = random.pick(&[
            "ghp_",
            "AKIA",
            "sk-ant-api03-",
            "xoxb-",
            "-----BEGIN RSA PRIVATE KEY-----",
            "password=",
            "eyJhbGciOi",
            "token: ",
            "",
        ]);
        let length = random.below(200);
        let rest: String = (0..length).map(|_| alphabet[random.below(alphabet.len())] as char).collect();
        made += &format!("api_key = \"{start}{rest}\"{}", random.pick(&["\n", " ", ";"]));
    }
    one(random.pick(&["server.py", "config.js", ".env", "notes.md"]), made)
}

fn markup(random: &mut Random, size: usize) -> Files {
    let piece = random.pick(&[
        "<",
        "<!--",
        "<a ",
        "<details>",
        "<p style='color: white'>",
        "[//]: # (",
        "](",
        "| a ",
        "```\n",
        "<a hidden",
        "&",
    ]);
    let made = piece.repeat(size / piece.len() + 1);
    let mut files = one("README.md", made.clone());
    files.extend(one(
        "tools.json",
        format!("{{\"tools\":[{{\"name\":\"a\",\"description\":{}}}]}}", json(&made)),
    ));
    files
}

fn docstrings(random: &mut Random, size: usize) -> Files {
    let mut made =
        String::from("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a', instructions='do')\n");
    let mut at = 0;
    while made.len() < size {
        let text = text(random, 500).replace(['\'', '\\'], " ");
        made += &format!(
            "@mcp.tool(description=DOC{at})\ndef t{at}(a: str, b: int = {at}):\n    '''{text}\n\n    Args:\n        a: {text}\n    '''\n    return f'{{a}} ignore'\nDOC{at} = DOC{} + '''{text}'''\n",
            random.below(at + 1)
        );
        at += 1;
    }
    one("server.py", made)
}
