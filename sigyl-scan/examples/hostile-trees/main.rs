//! Writes trees that were made to be slow, deep or odd, for `fuzz/hostile`, which scans each of them under limits.
//!
//! ```console
//! $ cargo run -q -p sigyl-scan --example hostile-trees -- OUT FIRST COUNT
//! ```
//! Tree `n` is made of the seed `n` alone, so that a number names a tree for ever as long as the shapes stand in their
//! order: add new ones at the end.

mod bombs;
mod data;
mod graphs;
mod nesting;
mod random;
mod values;
mod words;

use std::{error::Error, fs, path::Path};

use random::Random;

/// Files of a tree: paths and bytes.
type Files = Vec<(String, Vec<u8>)>;

/// Makes files of about the size that it is given, in bytes.
type Shape = fn(&mut Random, usize) -> Files;

/// Every shape. The order is part of what a seed means.
const SHAPES: &[&[(&str, Shape)]] =
    &[nesting::SHAPES, graphs::SHAPES, values::SHAPES, data::SHAPES, words::SHAPES, bombs::SHAPES];

/// Bytes of the smallest and the largest tree; chosen, so that two seconds are plenty for the largest.
const SIZES: (usize, usize) = (2_000, 1_000_000);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, first, count] = arguments.as_slice() else {
        return Err("usage: hostile-trees OUT FIRST COUNT".into());
    };
    let first: u64 = first.parse()?;
    for seed in first..first + count.parse::<u64>()? {
        write(Path::new(out), seed)?;
    }
    Ok(())
}

fn write(out: &Path, seed: u64) -> Result<(), Box<dyn Error>> {
    let shapes: Vec<&(&str, Shape)> = SHAPES.iter().flat_map(|group| group.iter()).collect();
    let mut random = Random::new(seed);
    // The first trees go through the shapes in their order; later ones take any, now and then two at once.
    let at = usize::try_from(seed)?;
    let mut chosen = vec![shapes[at % shapes.len()]];
    if at >= shapes.len() * 4 && random.below(3) == 0 {
        chosen.push(shapes[random.below(shapes.len())]);
    }
    // Every doubling of the size is as likely as every other.
    let doublings = (SIZES.1 / SIZES.0).ilog2() as usize + 1;
    let size = SIZES.0 << random.below(doublings);
    let names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
    let root = out.join(format!("{seed:06}-{}-{size}", names.join("+")));
    for (number, (_, shape)) in chosen.iter().enumerate() {
        for (path, bytes) in shape(&mut random, size / chosen.len()) {
            let path = root.join(if number == 0 { path } else { format!("other/{path}") });
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}

/// One file.
fn one(path: &str, text: impl Into<Vec<u8>>) -> Files {
    vec![(path.to_owned(), text.into())]
}
