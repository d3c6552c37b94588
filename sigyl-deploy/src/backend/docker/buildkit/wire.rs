//! As much of Protocol Buffers as sessions and statuses of BuildKit need: fields in their order, nothing known of them.

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// A number, of any of the three widths.
    Number(u64),
    /// Text, bytes, or a message within.
    Bytes(&'a [u8]),
}

/// Fields of a message, by number. What cannot be read ends it.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for at in 0..10 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f).checked_shl(7 * at)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Field::Number(self.varint()?),
            1 => Field::Number(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Number(u64::from(u32::from_le_bytes(self.take(4)?.try_into().ok()?))),
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Field<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        field
    }
}

/// The text of a field; empty where there is none.
pub(super) fn text(message: &[u8], number: u64) -> String {
    let found = Fields(message).find_map(|(at, value)| match value {
        Field::Bytes(bytes) if at == number => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// Appends a field of text or bytes.
pub(super) fn put(message: &mut Vec<u8>, number: u8, value: &[u8]) {
    message.push((number << 3) | 2);
    let mut length = value.len();
    while length >= 0x80 {
        message.push(((length & 0x7f) as u8) | 0x80);
        length >>= 7;
    }
    message.push(length as u8);
    message.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_of_every_kind() {
        let mut message = vec![0x08, 0x96, 0x01, 0x15, 1, 0, 0, 0, 0x19, 2, 0, 0, 0, 0, 0, 0, 0];
        put(&mut message, 4, &[b'x'; 200]);
        let all: Vec<_> = Fields(&message).collect();
        assert_eq!(all[0], (1, Field::Number(150)));
        assert_eq!(all[1], (2, Field::Number(1)));
        assert_eq!(all[2], (3, Field::Number(2)));
        assert_eq!(all[3], (4, Field::Bytes(&[b'x'; 200])));
        assert_eq!((all.len(), text(&message, 4)), (4, "x".repeat(200)));
        assert_eq!(text(&message, 9), "");
    }

    proptest! {
        #[test]
        fn bytes_of_anybody_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(Fields(&bytes).count() <= bytes.len());
        }
    }
}
