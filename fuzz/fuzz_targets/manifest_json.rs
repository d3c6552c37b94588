//! Bytes as a manifest in JSON; the first byte chooses the format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sigyl_fuzz::manifest(&["server.json", "manifest.json", "package.json", "other.json"], data);
});
