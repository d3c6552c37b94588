//! Bytes as a Python server.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sigyl_fuzz::scan_file("server.py", data);
});
