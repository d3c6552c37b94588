//! Bytes as a file that describes a package line by line; the first byte chooses the format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sigyl_fuzz::manifest(&["requirements.txt", "go.mod", "Dockerfile"], data);
});
