//! Bytes as a JavaScript or TypeScript server; the first byte chooses the dialect.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let names = ["server.ts", "server.js", "server.tsx", "server.cjs", "server.d.ts", "server.mts"];
    sigyl_fuzz::scan_file(names[usize::from(*choice) % names.len()], bytes);
});
