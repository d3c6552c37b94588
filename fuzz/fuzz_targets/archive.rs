//! Bytes as an archive; what comes out keeps to the limits and has clean names, and its manifest is read.
#![no_main]

use sigyl_core::{
    Manifest,
    source::{Limits, Origin, TopFolder, read_archive_bytes},
};

/// Small, so that each of them is reached.
const LIMITS: Limits = Limits {
    files: 16,
    entries: 64,
    total_bytes: 1 << 20,
    text_bytes: 256 << 10,
    file_bytes: 128 << 10,
    depth: 8,
    archive_bytes: 1 << 20,
};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let top = [TopFolder::Keep, TopFolder::StripCommon, TopFolder::StripFirst][usize::from(*choice) % 3];
    let Ok(tree) = read_archive_bytes(bytes, "fuzz", Origin::Memory, top, &LIMITS) else { return };
    assert!(tree.files().len() <= LIMITS.files && tree.total_bytes() <= LIMITS.total_bytes);
    for file in tree.files() {
        let parts_are_clean = file.path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        assert!(parts_are_clean && !file.path.contains(['\\', '\0']), "{:?}", file.path);
    }
    let _ = Manifest::discover(&tree);
});
