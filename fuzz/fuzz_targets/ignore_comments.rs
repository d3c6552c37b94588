//! Text with ignore comments: their spans and lines lie in the text, in order.
#![no_main]

use sigyl_core::LineIndex;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let lines = LineIndex::new(text);
    let mut last_line = 0;
    for ignore in sigyl_scan::parse_ignores(text) {
        assert!(ignore.line > last_line && ignore.line <= lines.line_count(), "{ignore:?}");
        last_line = ignore.line;
        assert!(ignore.target_line >= ignore.line, "{ignore:?}");
        let mark = text.get(ignore.span.start as usize..ignore.span.end as usize);
        assert!(mark.is_some_and(|mark| mark.starts_with("sigyl:") && mark.ends_with(']')), "{ignore:?}");
        assert_eq!(lines.line(ignore.span.start), ignore.line, "{ignore:?}");
    }
});
