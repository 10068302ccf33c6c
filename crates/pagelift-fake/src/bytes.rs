//! Small real files, made without a compressor.

/// The checksum of ZIP and PNG.
pub(crate) fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16) | a
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let mut body = kind.to_vec();
    body.extend_from_slice(data);
    out.extend_from_slice(&body);
    out.extend_from_slice(&crc32(&body).to_be_bytes());
}

/// An 8 by 8 RGB picture whose colours come from `seed`.
pub(crate) fn png(seed: u64) -> Vec<u8> {
    let mut raw = Vec::new();
    for row in 0..8_u64 {
        raw.push(0);
        for column in 0..8_u64 {
            let mix = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left((row * 8 + column) as u32);
            raw.extend_from_slice(&[mix as u8, (mix >> 8) as u8, (mix >> 16) as u8]);
        }
    }
    let length = raw.len() as u16;
    let mut zlib = vec![0x78, 0x01, 0x01];
    zlib.extend_from_slice(&length.to_le_bytes());
    zlib.extend_from_slice(&(!length).to_le_bytes());
    zlib.extend_from_slice(&raw);
    zlib.extend_from_slice(&adler32(&raw).to_be_bytes());

    let mut out = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n'];
    chunk(&mut out, *b"IHDR", &[0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0]);
    chunk(&mut out, *b"IDAT", &zlib);
    chunk(&mut out, *b"IEND", &[]);
    out
}

/// A short text file whose content comes from `seed`.
pub(crate) fn text(seed: u64) -> Vec<u8> {
    let mut out = String::from("date;value\n");
    for line in 0..(seed % 20 + 3) {
        out.push_str(&format_line(line, seed));
    }
    out.into_bytes()
}

fn format_line(line: u64, seed: u64) -> String {
    format!("2025-03-{:02};{}\n", line % 28 + 1, seed.wrapping_mul(line + 7) % 10_007)
}
