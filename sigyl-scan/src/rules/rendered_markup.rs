//! Markup that a browser or a maker of documents loads on the server's machine, with whatever it names: images, frames and
//! style sheets of the network around the server.

use super::sink::split;
use crate::flow::{Call, Value};

/// What a file says that decides which addresses a page may load.
const LIMITS: &[&str] =
    &["setRequestInterception", ".route(", "setOffline", "set_offline", "offline: true", "offline=True"];

/// The markup that a call renders, where nothing near it limits what is loaded.
pub(super) fn rendered_markup<'a>(call: &Call<'a>) -> Option<&'a Value> {
    let api = call.api()?;
    let (object, method) = split(api);
    let is_browser = ["puppeteer", "playwright", "@playwright", "pyppeteer", "rebrowser", "patchright"]
        .iter()
        .any(|library| object.starts_with(library));
    let markup = match method {
        "setContent" | "set_content" if is_browser => call.arg_or(0, "html"),
        _ => match api {
            "weasyprint.HTML" if call.keyword("url_fetcher").is_none() => call.keyword("string"),
            "pdfkit.from_string" | "imgkit.from_string" => call.arg(0),
            "xhtml2pdf.pisa.CreatePDF" | "xhtml2pdf.pisa.pisaDocument"
                if call.keyword("link_callback").is_none() =>
            {
                call.arg_or(0, "src")
            }
            "html-pdf.create" | "wkhtmltopdf" => call.arg(0),
            "html-pdf-node.generatePdf" | "md-to-pdf.mdToPdf" | "md-to-pdf" => call.arg(0)?.field("content"),
            "node-html-to-image" => call.arg(0)?.field("html"),
            _ => None,
        },
    }?;
    (!call.file().holds_any(LIMITS)).then_some(markup)
}
