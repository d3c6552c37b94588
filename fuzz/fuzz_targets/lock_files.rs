//! Bytes as a lock file or a list of dependencies; the first byte chooses which.
#![no_main]

const NAMES: &[&str] = &[
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "uv.lock",
    "poetry.lock",
    "Cargo.lock",
    "Pipfile.lock",
    "requirements.txt",
    "go.mod",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    sigyl_fuzz::scan_file(NAMES[usize::from(*choice) % NAMES.len()], bytes);
});
