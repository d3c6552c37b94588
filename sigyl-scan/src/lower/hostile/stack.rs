//! How much stack parsing needs.

/// Bytes of stack for each byte of source. Measured: oxc 0.146 takes up to 1.6 KB a source byte, on `[` and its like.
const STACK_PER_BYTE: usize = 2 * 1024;

/// Source up to this size gets a stack on which no nesting overflows; larger source is checked for depth first.
pub(super) const UNCHECKED_BYTES: usize = 512 * 1024;

/// The least stack: lowering to the greatest depth, unoptimised, takes less than half of it.
const MIN_STACK: usize = 16 * 1024 * 1024;

/// Bytes of stack that the thread must have on which a text of `len` bytes is parsed and lowered. It is reserved
/// address space; only what is used is ever backed by memory.
pub(crate) const fn stack_size(len: usize) -> usize {
    let unchecked = if len < UNCHECKED_BYTES { len } else { UNCHECKED_BYTES };
    let needed = unchecked * STACK_PER_BYTE;
    if needed > MIN_STACK { needed } else { MIN_STACK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_with_the_text_up_to_a_bound() {
        assert_eq!(stack_size(0), 16 << 20);
        assert_eq!(stack_size(100 << 10), 200 << 20);
        assert_eq!(stack_size(512 << 10), 1 << 30);
        assert_eq!(stack_size(usize::MAX), 1 << 30);
    }
}
