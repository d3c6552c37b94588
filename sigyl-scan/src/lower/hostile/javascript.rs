//! What a JavaScript or TypeScript text must be for oxc to see it.
//!
//! oxc recurses for each nested bracket, and for each link of `a=a=`, `a=>a=>`, `a?a:`, `!!`, `else if` and their like.
//! In TypeScript it reads some text twice to find out what it is: behind `<`, and behind `(` in front of `=`, so that a
//! chain of n costs n²; where such text stands in a type and holds an expression that holds a type, 2ⁿ: 156 bytes of
//! `a<{[a<{[` took 3 s. Both kinds of growth are counted here in one pass, and a text with too much of either is not
//! parsed. Texts that are valid and real are far below the limits.

use sigyl_core::NotAnalysedReason;

use super::measure::{MAX_DEPTH, measure};
use crate::lower::LowerError;

/// Bytes up to which a file is parsed. Chosen; the largest file in the same packages has 13 MB.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Readings of a token by the parser, on average over the text. Chosen; in the same packages the highest is 7.2.
const MAX_READINGS: u64 = 16;

/// Readings that any text may have: small files with a few nested types in them.
const FREE_READINGS: u64 = 20_000;

/// Checks a text before it is parsed.
pub(crate) fn check_javascript(text: &str) -> Result<(), LowerError> {
    if text.len() > MAX_BYTES {
        let detail = format!("{} bytes are more than the {MAX_BYTES} that are parsed", text.len());
        return Err(LowerError { reason: NotAnalysedReason::TooLarge, detail });
    }
    let cost = measure(text);
    let too_deep =
        |detail: &str| Err(LowerError { reason: NotAnalysedReason::TooDeep, detail: detail.to_owned() });
    if cost.depth > MAX_DEPTH {
        return too_deep("nested or chained too deep for the parser");
    }
    if cost.readings > FREE_READINGS + MAX_READINGS * cost.tokens {
        return too_deep("nested so that the parser would read it again and again");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::{
        hostile::{shapes::SHAPES, stack_size},
        javascript::lower,
    };

    /// Runs on a thread that has the stack which is documented, and no more.
    fn lowered(path: &'static str, text: String) -> Result<usize, LowerError> {
        std::thread::Builder::new()
            .stack_size(stack_size(text.len()))
            .spawn(move || lower(path, &text).map(|module| module.size()))
            .expect("a thread")
            .join()
            .expect("no panic")
    }

    /// An overflow aborts the whole test run, and a text that is read too often never ends.
    #[test]
    fn no_shape_overflows_or_blows_up() {
        for shape in SHAPES {
            for kilobytes in [1, 16, 512] {
                let text = shape.text(kilobytes << 10);
                let len = text.len();
                match lowered(shape.path, text) {
                    Ok(size) => assert!(size <= 2 * len, "{} makes {size} expressions", shape.name),
                    Err(error) => assert_ne!(error.reason, NotAnalysedReason::TooLarge, "{}", shape.name),
                }
            }
        }
    }

    #[test]
    fn chains_that_are_no_depth_are_taken_at_any_length() {
        for name in ["sums", "ands", "coalesces", "mixed sums", "commas", "members", "method calls", "unions"]
        {
            let shape = SHAPES.iter().find(|shape| shape.name == name).expect("it is there");
            lowered(shape.path, shape.text(512 << 10)).expect(name);
        }
    }

    #[test]
    fn shapes_of_a_few_levels_are_taken() {
        for shape in SHAPES {
            let text = shape
                .text(shape.before.len() + shape.middle.len() + 3 * (shape.open.len() + shape.close.len()));
            check_javascript(&text).expect(shape.name);
        }
    }

    #[test]
    fn what_looks_deep_and_is_not() {
        let repeat = |text: &str| text.repeat(3_000);
        for text in [
            repeat("a = b\n"),
            repeat("if (a) { b } else { c }\n"),
            repeat("x => { y = z }\n"),
            repeat("<li key={a}>it is</li>\n"),
            "<li key={a}>it's</li>\n".repeat(500),
            format!("switch (a) {{ {} }}", repeat("case 1: ")),
            repeat(&format!("f({})\n", "a < b, ".repeat(20))),
            format!("x = {{ {} }}", repeat("[a]: b < c, d: e ? f : g,\n")),
            format!("class A {{ {} }}", repeat("b: Map<C, D<E>> = {}; [f]() { return /[\"]/ }\n")),
            repeat("s = '((((' + /[(]/.source + `${a}((`;"),
            repeat("!function(e){e=1}(a=a||{}),"),
        ] {
            check_javascript(&text).unwrap_or_else(|error| panic!("{error}: {}", &text[..60]));
        }
    }

    #[test]
    fn size_is_limited() {
        let error = check_javascript(&" ".repeat(MAX_BYTES + 1)).expect_err("too large");
        assert_eq!(error.reason, NotAnalysedReason::TooLarge);
    }
}
