//! Archives for tests, written byte by byte so that they can lie.

use std::io::Write;

use flate2::{
    Compression, Crc,
    write::{DeflateEncoder, GzEncoder},
};

use crate::source::{LeftOutReason, SourceTree};

pub(super) fn paths(tree: &SourceTree) -> Vec<&str> {
    tree.files().iter().map(|file| file.path.as_str()).collect()
}

pub(super) fn left_out(tree: &SourceTree) -> Vec<(&str, LeftOutReason)> {
    tree.left_out.iter().map(|left| (left.path.as_str(), left.reason)).collect()
}

/// One header with its content, padded.
pub(super) fn tar_entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut entry = header.to_vec();
    entry.extend(content);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

pub(super) fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = entries.concat();
    bytes.extend([0; 1024]);
    bytes
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An entry of a zip archive; every field may be set to a lie.
#[derive(Clone)]
pub(super) struct ZipEntry {
    pub(super) name: Vec<u8>,
    pub(super) local_name: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) crc: u32,
    pub(super) size_bytes: u32,
    pub(super) packed: Vec<u8>,
    pub(super) mode: u32,
    pub(super) extra: Vec<u8>,
}

impl ZipEntry {
    pub(super) fn new(name: &str, content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        Self {
            name: name.into(),
            local_name: name.into(),
            method: 8,
            flags: 0,
            crc: crc.sum(),
            size_bytes: content.len() as u32,
            packed: deflate(content),
            mode: 0o100_644,
            extra: Vec::new(),
        }
    }
}

pub(super) fn zip(entries: &[ZipEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = bytes.len() as u32;
        let mut common = Vec::new();
        for field in [20, entry.flags, entry.method, 0, 0] {
            common.extend(u16::to_le_bytes(field));
        }
        for field in [entry.crc, entry.packed.len() as u32, entry.size_bytes] {
            common.extend(u32::to_le_bytes(field));
        }
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend((entry.local_name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(&entry.local_name);
        bytes.extend(&entry.packed);
        // Version 3.0 on Unix, so that the mode counts.
        directory.extend(b"PK\x01\x02\x1e\x03");
        directory.extend(&common);
        directory.extend((entry.name.len() as u16).to_le_bytes());
        directory.extend((entry.extra.len() as u16).to_le_bytes());
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&entry.name);
        directory.extend(&entry.extra);
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend((entries.len() as u16).to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
