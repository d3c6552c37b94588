//! Calls that read, write or delete files, in the forms that both languages have.

use super::{library_files::named_by_library, sink::split};
use crate::{
    flow::{Call, Hazards, Value},
    ir::Language,
};

/// What a call does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    Delete,
    /// Unpacks an archive.
    Unpack,
}

const NODE_MODULES: &[&str] = &[
    "fs",
    "fs/promises",
    "fs.promises",
    "fs-extra",
    "fs-extra.promises",
    "graceful-fs",
    "original-fs",
    "mz/fs",
    "Deno",
    "Bun",
    "fs-jetpack",
];

/// The paths that `call` uses, and how.
pub(crate) fn accessed<'a>(call: &Call<'a>) -> Option<(Vec<&'a Value>, Access)> {
    let known = match call.language() {
        Language::JavaScript => node(call),
        Language::Python => python(call),
    };
    known.or_else(|| named_by_library(call))
}

fn first_two<'a>(call: &Call<'a>) -> Vec<&'a Value> {
    call.args().iter().take(2).collect()
}

fn first<'a>(call: &Call<'a>) -> Vec<&'a Value> {
    call.args().iter().take(1).collect()
}

fn node<'a>(call: &Call<'a>) -> Option<(Vec<&'a Value>, Access)> {
    let api = call.api()?;
    let (module, name) = split(api);
    if NODE_MODULES.contains(&module) {
        let name = name.strip_suffix("Sync").unwrap_or(name);
        return Some(match name {
            "readFile" | "createReadStream" | "readdir" | "opendir" | "readJson" | "readJSON"
            | "readTextFile" | "readDir" | "readlink" | "file" | "open" | "inspectTree" | "read" => {
                let writes = name == "open"
                    && call.arg(1).and_then(Value::as_str).is_some_and(|mode| mode.contains(['w', 'a', '+']));
                (first(call), if writes { Access::Write } else { Access::Read })
            }
            "writeFile" | "appendFile" | "createWriteStream" | "mkdir" | "mkdirp" | "mkdirs"
            | "ensureDir" | "ensureFile" | "outputFile" | "outputJson" | "outputJSON" | "writeJson"
            | "writeJSON" | "truncate" | "chmod" | "chown" | "mkdtemp" | "writeTextFile" | "write"
            | "createFile" => (first(call), Access::Write),
            "copyFile" | "cp" | "copy" | "rename" | "move" | "link" | "symlink" => {
                (first_two(call), Access::Write)
            }
            "unlink" | "rm" | "rmdir" | "remove" | "emptyDir" | "emptydir" => (first(call), Access::Delete),
            _ => return None,
        });
    }
    // Express: `root` keeps the path inside.
    if matches!(name, "sendFile" | "sendfile" | "download") && module.ends_with("Response()") {
        let rooted = call.args().iter().skip(1).any(|options| options.field("root").is_some());
        return (!rooted).then(|| (first(call), Access::Read));
    }
    if let Some(found) = node_library(call, api, module, name) {
        return Some(found);
    }
    if matches!(
        api,
        "sharp"
            | "rimraf"
            | "rimraf.rimraf"
            | "del"
            | "jimp.read"
            | "xlsx.readFile"
            | "exceljs.Workbook().xlsx.readFile"
    ) {
        let access = if api.starts_with("rimraf") || api == "del" { Access::Delete } else { Access::Read };
        return Some((first(call), access));
    }
    if matches!(name, "extractAllTo" | "extractAllToAsync") && module.contains("adm-zip") {
        return Some((first(call), Access::Write));
    }
    // Browsers that the server drives: `page.screenshot({ path })`, `setInputFiles`.
    if (module.starts_with("puppeteer") || module.starts_with("playwright")) && name == "setInputFiles" {
        return Some((
            call.args().iter().rev().find(|value| value.fields().is_empty()).into_iter().collect(),
            Access::Read,
        ));
    }
    if (module.starts_with("puppeteer") || module.starts_with("playwright"))
        && matches!(name, "screenshot" | "pdf" | "saveAs")
    {
        let path = call.option("path").or_else(|| call.arg(0).filter(|_| name == "saveAs"))?;
        return Some((vec![path], Access::Write));
    }
    None
}

/// Libraries that open the files that they are given paths of.
fn node_library<'a>(
    call: &Call<'a>,
    api: &str,
    module: &str,
    name: &str,
) -> Option<(Vec<&'a Value>, Access)> {
    if module == "shelljs" {
        let access = match name {
            "cat" | "ls" | "head" | "tail" | "sort" => Access::Read,
            "cp" | "mv" | "mkdir" | "touch" | "ln" | "chmod" => Access::Write,
            "rm" => Access::Delete,
            _ => return None,
        };
        return Some((call.args().iter().collect(), access));
    }
    let of = |libraries: &[&str]| libraries.iter().any(|library| module.starts_with(library));
    if name == "toFile" && of(&["sharp", "qrcode"])
        || matches!(name, "write" | "writeAsync") && of(&["jimp"])
        || matches!(name, "save" | "output" | "saveToFile") && of(&["fluent-ffmpeg"])
        || name == "writeFile" && of(&["exceljs", "csv-writer"])
        || matches!(api, "write-file-atomic" | "write-json-file.writeJsonFile" | "make-dir.makeDirectory")
    {
        return Some((first(call), Access::Write));
    }
    if matches!(api, "xlsx.writeFile" | "xlsx.writeFileXLSX" | "xlsx.writeFileSync") {
        return Some((vec![call.arg(1)?], Access::Write));
    }
    if matches!(api, "trash" | "del.deleteAsync" | "del.deleteSync" | "fs-extra.removeSync") {
        return Some((first(call), Access::Delete));
    }
    if matches!(api, "extract-zip" | "decompress" | "tar.x" | "tar.extract") {
        let folder = ["dir", "cwd", "C"].iter().find_map(|field| call.option(field));
        let second = call.arg(1).filter(|folder| folder.fields().is_empty());
        return Some((
            call.option("file").or(call.arg(0)).into_iter().chain(folder.or(second)).collect(),
            Access::Write,
        ));
    }
    if matches!(api, "mammoth.extractRawText" | "mammoth.convertToHtml" | "mammoth.convertToMarkdown") {
        return Some((vec![call.option("path")?], Access::Read));
    }
    let reads = matches!(
        api,
        "unzipper.Open.file"
            | "yauzl.open"
            | "adm-zip"
            | "node-stream-zip"
            | "tesseract.js.recognize"
            | "textract.fromFileWithPath"
            | "officeparser.parseOffice"
            | "officeparser.parseOfficeAsync"
            | "node-xlsx.parse"
            | "read-excel-file/node"
            | "image-size"
            | "music-metadata.parseFile"
            | "load-json-file.loadJsonFile"
            | "fluent-ffmpeg"
            | "csvtojson().fromFile"
            | "pdf2json().loadPDF"
    );
    reads.then(|| (first(call), Access::Read))
}

fn python<'a>(call: &Call<'a>) -> Option<(Vec<&'a Value>, Access)> {
    let api = call.api()?;
    let (module, name) = split(api);
    // The streams come first: `ffmpeg.output(video, audio, "out.mp4")`, `ffmpeg.input("in.mp4").output("out.mp4")`.
    if name == "output" && (module == "ffmpeg" || module.starts_with("ffmpeg.")) {
        return Some((call.args().last().into_iter().collect(), Access::Write));
    }
    match api {
        "open" | "io.open" | "codecs.open" | "aiofiles.open" | "anyio.open_file" | "gzip.open"
        | "bz2.open" | "lzma.open" => {
            let mode = call.arg_or(1, "mode").and_then(Value::as_str).unwrap_or("r");
            let access = if mode.contains(['w', 'a', 'x', '+']) { Access::Write } else { Access::Read };
            let file = call.arg(0).or_else(|| call.keyword("file"))?;
            return Some((vec![file], access));
        }
        _ => {}
    }
    let whole = match module {
        "os" | "aiofiles.os" | "anyio" => match name {
            "remove" | "unlink" | "rmdir" | "removedirs" => Some((first(call), Access::Delete)),
            "mkdir" | "makedirs" | "chmod" | "chown" | "truncate" | "mkfifo" => {
                Some((first(call), Access::Write))
            }
            "rename" | "replace" | "renames" | "link" | "symlink" => Some((first_two(call), Access::Write)),
            "listdir" | "scandir" | "walk" | "open" | "readlink" => Some((first(call), Access::Read)),
            _ => None,
        },
        "shutil" => match name {
            "rmtree" => Some((first(call), Access::Delete)),
            "copy" | "copy2" | "copyfile" | "copytree" | "move" => Some((first_two(call), Access::Write)),
            "make_archive" => Some((call.args().iter().collect(), Access::Write)),
            "unpack_archive" => Some((call.args().iter().take(2).collect(), Access::Write)),
            _ => None,
        },
        _ => None,
    };
    if whole.is_some() {
        return whole;
    }
    if module.ends_with("Path()") {
        let receiver = call.receiver()?;
        let access = match name {
            // `folder.glob("../*")` leaves the folder; whole paths are refused.
            "rglob" | "glob" => {
                let leaves = |pattern: &&Value| call.flow(pattern, Hazards::PATH_UP).is_some();
                let pattern = call.arg_or(0, "pattern").filter(leaves);
                let paths = std::iter::once(receiver).chain(pattern).collect();
                return Some((paths, Access::Read));
            }
            "read_text" | "read_bytes" | "iterdir" => Access::Read,
            "open" => {
                let mode = call.arg_or(0, "mode").and_then(Value::as_str).unwrap_or("r");
                if mode.contains(['w', 'a', 'x', '+']) { Access::Write } else { Access::Read }
            }
            "write_text" | "write_bytes" | "mkdir" | "touch" | "symlink_to" | "hardlink_to" => Access::Write,
            "rename" | "replace" => {
                let mut paths = vec![receiver];
                paths.extend(call.arg(0));
                return Some((paths, Access::Write));
            }
            "unlink" | "rmdir" => Access::Delete,
            _ => return None,
        };
        return Some((vec![receiver], access));
    }
    // An archive of the caller's; the filter "data" keeps its members inside.
    if matches!(name, "extractall" | "extract") && module.contains("tarfile.") {
        let filtered = call.keyword("filter").is_some_and(|filter| filter.as_str() != Some("fully_trusted"))
            || call.keyword("members").is_some();
        let receiver = call.receiver()?;
        return (!filtered && call.flow(receiver, Hazards::ALL).is_some())
            .then(|| (vec![receiver], Access::Unpack));
    }
    if matches!(name, "to_csv" | "to_excel" | "to_json" | "to_parquet" | "to_pickle" | "to_html")
        && module.starts_with("pandas.")
    {
        return Some((vec![call.arg(0)?], Access::Write));
    }
    if name == "save"
        && ["openpyxl.", "docx.", "pptx.", "PIL."].iter().any(|library| module.starts_with(library))
        || matches!(api, "matplotlib.pyplot.savefig" | "numpy.save" | "joblib.dump" | "cv2.imwrite")
    {
        let at = usize::from(matches!(api, "joblib.dump"));
        return Some((vec![call.arg(at)?], Access::Write));
    }
    let reads = matches!(
        api,
        "flask.send_file"
            | "quart.send_file"
            | "fastapi.responses.FileResponse"
            | "starlette.responses.FileResponse"
            | "openpyxl.load_workbook"
            | "openpyxl.reader.excel.load_workbook"
            | "xlrd.open_workbook"
            | "PIL.Image.open"
            | "pdfplumber.open"
            | "pypdf.PdfReader"
            | "PyPDF2.PdfReader"
            | "fitz.open"
            | "pymupdf.open"
            | "docx.Document"
            | "pptx.Presentation"
            | "cv2.imread"
            | "numpy.load"
            | "numpy.loadtxt"
            | "zipfile.ZipFile"
            | "tarfile.open"
            | "glob.glob"
            | "glob.iglob"
            | "markitdown.MarkItDown().convert"
    ) || module == "pandas" && name.starts_with("read_") && !name.starts_with("read_sql");
    reads.then(|| {
        let named =
            ["path", "filename", "filepath_or_buffer", "io"].iter().find_map(|name| call.keyword(name));
        (call.arg(0).or(named).into_iter().collect(), Access::Read)
    })
}
