//! Files of libraries that write what they make: pictures, sheets, tables, sounds, databases.
//!
//! Only a caller's name behind a folder is told: a whole path is what such a tool is asked for.

use super::{file_access::Access, sink::split};
use crate::flow::{Call, Value};

/// Functions that write a file, with the position and the name of the argument that says which.
const WRITE: &[(&str, usize, &str)] = &[
    ("numpy.savetxt", 0, "fname"),
    ("numpy.savez", 0, "file"),
    ("numpy.savez_compressed", 0, "file"),
    ("torch.save", 1, "f"),
    ("scipy.io.wavfile.write", 0, "filename"),
    ("soundfile.write", 0, "file"),
    ("imageio.imwrite", 0, "uri"),
    ("imageio.mimsave", 0, "uri"),
    ("wave.open", 0, "f"),
    ("nbformat.write", 1, "fp"),
    ("paramiko.SSHClient().open_sftp().get", 1, "localpath"),
    ("paramiko.SFTPClient.from_transport().get", 1, "localpath"),
    ("joblib.dump", 1, "filename"),
    ("skimage.io.imsave", 0, "fname"),
    ("scipy.io.savemat", 0, "file_name"),
    ("pyarrow.parquet.write_table", 1, "where"),
    ("weasyprint.HTML().write_pdf", 0, "target"),
    ("pdfkit.from_string", 1, "output_path"),
    ("pdfkit.from_url", 1, "output_path"),
    ("imgkit.from_string", 1, "output_path"),
    ("xlsxwriter.Workbook", 0, "filename"),
    ("reportlab.pdfgen.canvas.Canvas", 0, "filename"),
    ("reportlab.platypus.SimpleDocTemplate", 0, "filename"),
    ("urllib.request.urlretrieve", 1, "filename"),
    ("sqlite3.connect", 0, "database"),
    ("aiosqlite.connect", 0, "database"),
    ("duckdb.connect", 0, "database"),
    ("h5py.File", 0, "name"),
    ("cv2.VideoWriter", 0, "filename"),
    ("geopandas.GeoDataFrame().to_file", 0, "filename"),
    ("qrcode.make().save", 0, "stream"),
    ("gtts.gTTS().save", 0, "savefile"),
    ("edge_tts.Communicate().save", 0, "audio_fname"),
    ("better-sqlite3", 0, ""),
    ("jspdf.jsPDF().save", 0, ""),
    ("xlsx.writeFile", 1, ""),
    ("exceljs.Workbook().xlsx.writeFile", 0, ""),
    ("sharp().toFile", 0, ""),
];

/// Methods that do so on whatever object, by names that nothing else has.
const METHODS: &[(&str, usize, &str)] = &[
    ("savefig", 0, "fname"),
    ("download_file", 2, "Filename"),
    ("fget_object", 2, "file_path"),
    ("download_to_filename", 0, "filename"),
    ("write_image", 0, "file"),
    ("write_html", 0, "file"),
    ("write_videofile", 0, "filename"),
    ("write_audiofile", 0, "filename"),
    ("write_gif", 0, "filename"),
    ("write_parquet", 0, "file"),
    ("write_csv", 0, "file"),
];

/// Methods that keep what strangers sent where they are told, whole path or not.
const DOWNLOADS: &[(&str, usize, &str)] = &[
    ("download_media", 1, "file"),
    ("download_media", 1, "file_name"),
    ("download_profile_photo", 1, "file"),
    ("download_to_drive", 0, "custom_path"),
    ("save_attachment", 1, "path"),
];

/// Functions that read one.
const READ: &[(&str, usize, &str)] = &[
    ("h5py.File", 0, "name"),
    ("librosa.load", 0, "path"),
    ("nbformat.read", 0, "fp"),
    ("linecache.getlines", 0, "filename"),
    ("linecache.getline", 0, "filename"),
    ("fileinput.input", 0, "files"),
    ("fsspec.open", 0, "urlpath"),
    ("geopandas.read_file", 0, "filename"),
    ("rasterio.open", 0, "fp"),
    ("xarray.open_dataset", 0, "filename_or_obj"),
    ("netCDF4.Dataset", 0, "filename"),
    ("pyarrow.parquet.read_table", 0, "source"),
    ("polars.read_csv", 0, "source"),
    ("polars.read_parquet", 0, "source"),
    ("polars.read_excel", 0, "source"),
    ("polars.read_json", 0, "source"),
    ("polars.scan_csv", 0, "source"),
    ("polars.scan_parquet", 0, "source"),
    ("pydub.AudioSegment.from_file", 0, "file"),
    ("pydub.AudioSegment.from_wav", 0, "file"),
    ("pydub.AudioSegment.from_mp3", 0, "file"),
    ("moviepy.editor.VideoFileClip", 0, "filename"),
    ("moviepy.VideoFileClip", 0, "filename"),
    ("imageio.imread", 0, "uri"),
    ("skimage.io.imread", 0, "fname"),
    ("trimesh.load", 0, "file_obj"),
    ("mido.MidiFile", 0, "filename"),
    ("jimp.Jimp.read", 0, ""),
    ("extract_msg.Message", 0, "path"),
    ("soundfile.read", 0, "file"),
    ("cv2.VideoCapture", 0, "filename"),
    ("whisper.load_model().transcribe", 0, "audio"),
    ("scipy.io.loadmat", 0, "file_name"),
    ("toml.load", 0, "f"),
    ("dotenv.load_dotenv", 0, "dotenv_path"),
];

/// The path that a call of such a library uses, where it was put behind a folder.
pub(super) fn named_by_library<'a>(call: &Call<'a>) -> Option<(Vec<&'a Value>, Access)> {
    let api = call.api();
    let method = call.method();
    let given = |(_, at, name): &(&str, usize, &str)| {
        let named = if name.is_empty() { None } else { call.keyword(name) };
        named.or_else(|| call.arg(*at))
    };
    let by_path = |list: &'static [(&str, usize, &str)]| {
        list.iter().find(|(known, ..)| api == Some(*known)).and_then(given)
    };
    let by_method = || METHODS.iter().find(|(known, ..)| method == Some(*known)).and_then(given);
    let saves = || {
        let (object, name) = split(api?);
        let sheet = ["openpyxl.", "docx.", "pptx."].iter().any(|library| object.starts_with(library));
        (sheet && name == "save").then(|| call.keyword("filename").or_else(|| call.keyword("path")))?
    };
    let of_media = |download: &&(&str, usize, &str)| method == Some(download.0);
    let named = DOWNLOADS.iter().filter(of_media).find_map(|(.., name)| call.keyword(name));
    // `message.download_media(path)`, `client.download_media(message, path)`.
    let only = || call.arg(0).filter(|_| call.args().len() == 1 && method == Some("download_media"));
    let placed = || DOWNLOADS.iter().find(of_media).and_then(|(_, at, _)| call.arg(*at).or_else(only));
    if let Some(path) = named.or_else(placed) {
        return Some((vec![path], Access::Write));
    }
    let found = by_path(WRITE)
        .or_else(by_method)
        .or_else(saves)
        .map(|path| (path, Access::Write))
        .or_else(|| by_path(READ).map(|path| (path, Access::Read)));
    let (path, access) = found?;
    (!path.is_led_by_caller()).then(|| (vec![path], access))
}
