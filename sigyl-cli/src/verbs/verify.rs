//! `sigyl verify`: does a signed statement say where an image came from?

use std::{fmt::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use sigyl_core::secret::PublicKey;
use sigyl_deploy::provenance::{Envelope, Expected, Verified, verify};

use crate::{exit::Exit, failure::Failure, output, settings, visible::visible_line};

/// Arguments of `sigyl verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl verify weather.intoto.json --key sigyl.pub
  sigyl verify weather.intoto.json --key sigyl.pub --image sha256:0123…

Exit codes: 0 signed by one of the keys and as expected, 1 not, 2 usage or input failure.")]
pub(crate) struct VerifyArguments {
    /// The statement, as the server gives it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A public key that is trusted, in PEM; again for more.
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The image must have this digest.
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    image: Option<String>,
    /// The source must be of this commit.
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// The builder must be this one.
    #[arg(long, value_name = "ID")]
    builder: Option<String>,
    /// How to write what it says.
    #[arg(long, short, value_enum, default_value_t = VerifyFormat::Text)]
    format: VerifyFormat,
}

/// Forms of what a statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VerifyFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `sha256:` and 64 digits; also behind the name of an image.
fn digest(text: &str) -> Result<String, &'static str> {
    let digest = text.rsplit('@').next().unwrap_or(text);
    let digits = digest.strip_prefix("sha256:").unwrap_or_default();
    let is_good = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_good.then(|| digest.to_ascii_lowercase()).ok_or("a digest is sha256: and 64 hexadecimal digits")
}

/// Verifies, and tells what is proved.
pub(crate) fn run(arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let read = |path: &PathBuf| {
        settings::read_text(path).map_err(|source| Failure::Read { path: path.clone(), source })
    };
    let mut keys = Vec::new();
    for path in &arguments.key {
        let key = PublicKey::from_pem(&read(path)?);
        keys.push(key.map_err(|error| Failure::Said(format!("{}: {error}", path.display())))?);
    }
    let expected = Expected {
        image: arguments.image.clone(),
        commit: arguments.commit.clone(),
        builder: arguments.builder.clone(),
        ..Expected::default()
    };
    let envelope = Envelope::parse(read(&arguments.file)?.as_bytes());
    let envelope =
        envelope.map_err(|error| Failure::Said(format!("{}: {error}", arguments.file.display())))?;
    let verified = match verify(&envelope, &keys, &expected) {
        Ok(verified) => verified,
        Err(error) => {
            output::note(&format!("not verified: {error}"));
            return Ok(Exit::Found);
        }
    };
    let text = match arguments.format {
        VerifyFormat::Text => told(&verified),
        VerifyFormat::Json => serde_json::to_string_pretty(&verified)? + "\n",
    };
    output::write(None, &text)?;
    Ok(Exit::Clean)
}

fn told(verified: &Verified) -> String {
    let mut out = format!("verified: signed by {}\n\n", verified.key);
    let commit = verified.commit.as_deref().unwrap_or("not from Git");
    let rows = [
        ("image", verified.image.as_str()),
        ("commit", commit),
        ("tree", &verified.tree),
        ("report", &verified.report),
        ("plan", &verified.plan),
        ("builder", &verified.builder),
    ];
    for (label, text) in rows {
        let _ = writeln!(out, "  {label:<9} {}", visible_line(text));
    }
    out
}
