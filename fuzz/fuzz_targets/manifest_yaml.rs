//! Bytes as a manifest in YAML; the first byte chooses the format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sigyl_fuzz::manifest(&["mcp.yaml", "smithery.yaml", "server.yaml", "sigyl.yaml", "other.yaml"], data);
});
