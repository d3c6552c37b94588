//! Bytes as a manifest in TOML; the first byte chooses the format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sigyl_fuzz::manifest(&["pyproject.toml", "Cargo.toml", "other.toml"], data);
});
