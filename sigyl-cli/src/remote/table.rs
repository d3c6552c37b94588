//! Tables for people. What stands in them comes from a server, and is made safe to print.

use crate::visible::{visible, visible_line};

/// Longest cell but in the last column, characters; what is longer is cut.
const CELL_CHARS_MAX: usize = 60;

/// A table with a line of headings. The last column is as long as it is.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let cell = |column: usize, text: &str| {
        let text = visible_line(text);
        if column + 1 == N || text.chars().count() <= CELL_CHARS_MAX {
            return text;
        }
        text.chars().take(CELL_CHARS_MAX - 1).chain(['…']).collect()
    };
    let headings = headings.map(ToOwned::to_owned);
    let lines = std::iter::once(&headings).chain(rows);
    let lines = lines.map(|row| row.iter().enumerate().map(|(at, text)| cell(at, text)).collect::<Vec<_>>());
    let lines = lines.collect::<Vec<_>>();
    let width = |column: usize| lines.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = (0..N).map(width).collect::<Vec<_>>();
    let mut out = String::new();
    for row in &lines {
        let mut line = String::new();
        for (text, width) in row.iter().zip(&widths) {
            line.push_str(text);
            line.extend(std::iter::repeat_n(' ', width - text.chars().count() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Names and values, one pair a line; a pair without a value is left out.
pub(crate) fn pairs(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| {
        let value = visible(value).replace('\n', &format!("\n{:width$}  ", ""));
        (!value.is_empty()).then(|| format!("{name:width$}  {value}\n"))
    };
    pairs.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [
            ["a".to_owned(), "é".to_owned(), "x\u{1b}[2J\ny".to_owned()],
            ["long".to_owned(), String::new(), "z".to_owned()],
        ];
        assert_eq!(table(["A", "B", "C"], &rows), "A     B  C\na     é  x␛[2J y\nlong     z\n");
        assert_eq!(
            pairs(&[("a", "1\n2".to_owned()), ("bc", String::new()), ("bc", "3".to_owned())]),
            "a   1\n    2\nbc  3\n"
        );
    }
}
