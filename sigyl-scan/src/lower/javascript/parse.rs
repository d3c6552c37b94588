//! Parses, tries again as another dialect where that fails, and lowers.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;
use sigyl_core::NotAnalysedReason;

use super::lowerer::lower_program;
use crate::{ir::Module, lower::LowerError, lower::hostile};

/// Parses and lowers one file. The thread must have [`hostile::stack_size`] bytes of stack for `text`.
///
/// The dialect follows the path's extension. Where the parser gives up on it, the others are tried: a file that Node
/// runs must not escape the scan by its name. Errors that the parser recovers from are ignored.
pub(crate) fn lower(path: &str, text: &str) -> Result<Module, LowerError> {
    hostile::check_javascript(text)?;
    let mut first_error = None;
    let mut allocator = Allocator::default();
    for source_type in dialects(path) {
        let parsed = Parser::new(&allocator, text, source_type)
            .with_options(ParseOptions {
                allow_return_outside_function: true,
                preserve_parens: false,
                enable_ident_hashes: false,
                ..ParseOptions::default()
            })
            .parse();
        if !parsed.panicked {
            return Ok(lower_program(&parsed.program, text));
        }
        first_error.get_or_insert_with(|| describe(&parsed, text));
        drop(parsed);
        allocator.reset();
    }
    let detail = first_error.unwrap_or_default();
    Err(LowerError { reason: NotAnalysedReason::SyntaxError, detail })
}

/// The dialect that the extension names, then all others; each once.
fn dialects(path: &str) -> Vec<SourceType> {
    let jsx = SourceType::unambiguous().with_jsx(true);
    let mut all = vec![
        SourceType::from_path(path)
            .map_or(jsx, |named| named.with_jsx(named.is_javascript() || named.is_jsx())),
        SourceType::ts().with_unambiguous(true),
        SourceType::tsx().with_unambiguous(true),
        jsx,
        SourceType::mjs(),
        SourceType::script(),
    ];
    let key = |source: &SourceType| (source.is_typescript(), source.is_jsx(), source.module_kind());
    let mut seen = Vec::new();
    all.retain(|source| {
        let fresh = !seen.contains(&key(source));
        seen.push(key(source));
        fresh
    });
    all
}

fn describe(parsed: &ParserReturn<'_>, text: &str) -> String {
    let Some(error) = parsed.diagnostics.first() else {
        return "the parser gave up".to_owned();
    };
    let Some(offset) = error.labels.first().map(|label| label.offset()) else {
        return format!("{}", error.message);
    };
    let before = text.get(..offset as usize).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}: {}", error.message)
}
