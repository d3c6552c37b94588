//! How much of a source is read.

/// What reading a source may cost. Whatever lies past a limit is reported in [`SourceTree::left_out`], never dropped
/// silently.
///
/// [`SourceTree::left_out`]: crate::SourceTree
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most files in the tree.
    pub files: usize,
    /// Most entries looked at: files, folders, links and whatever is left out, each counted once for every
    /// 256 bytes of its path.
    pub entries: usize,
    /// Most bytes read, all files together.
    pub total_bytes: u64,
    /// Most bytes of decoded text held in memory, all files together.
    pub text_bytes: u64,
    /// Longest file that is kept as text, bytes; of a longer one the tree has the digest only.
    pub file_bytes: u64,
    /// Deepest folder that is entered; the root is 0.
    pub depth: usize,
    /// Longest archive that is opened, bytes before unpacking.
    pub archive_bytes: u64,
}

/// Bytes of path that count as one entry, so that very long names cannot fill the memory. Chosen.
pub(crate) const PATH_BYTES_AN_ENTRY: usize = 256;

impl Default for Limits {
    /// All chosen: an order of magnitude above the largest MCP servers that are known, and small enough that hostile
    /// input cannot exhaust an ordinary machine.
    fn default() -> Self {
        Self {
            files: 20_000,
            entries: 100_000,
            total_bytes: 512 << 20,
            // Three million lines at 40 bytes a line.
            text_bytes: 128 << 20,
            file_bytes: 32 << 20,
            depth: 64,
            archive_bytes: 256 << 20,
        }
    }
}
