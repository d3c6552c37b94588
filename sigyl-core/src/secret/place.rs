//! Where a sealed value belongs.

/// What a sealed value is bound to: opened for any other place, it does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The workspace's id.
    pub workspace: &'a str,
    /// The user whose own it is; none where the workspace shares it.
    pub owner: Option<&'a str>,
    /// The package that it is for, where it is for one.
    pub package: Option<&'a str>,
    /// Its name.
    pub name: &'a str,
    /// Which version of the value; an older one cannot be put in the place of a newer.
    pub revision: u64,
}

impl Place<'_> {
    /// The associated data. Every part has its length before it, and none is told from empty, so that no two places
    /// have the same bytes.
    pub(super) fn associated(&self, format: u8, key: u32) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        part(&mut bytes, Some(b"sigyl/secret/v1"));
        part(&mut bytes, Some(&[format]));
        part(&mut bytes, Some(&key.to_be_bytes()));
        part(&mut bytes, Some(self.workspace.as_bytes()));
        part(&mut bytes, self.owner.map(str::as_bytes));
        part(&mut bytes, self.package.map(str::as_bytes));
        part(&mut bytes, Some(self.name.as_bytes()));
        part(&mut bytes, Some(&self.revision.to_be_bytes()));
        bytes
    }
}

/// One length-prefixed part; the length of none is what no part can have.
pub(super) fn part(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        Some(part) => {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        None => bytes.extend_from_slice(&u64::MAX.to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_places_have_the_same_bytes() {
        let place = Place { workspace: "w", owner: None, package: None, name: "n", revision: 1 };
        let others = [
            Place { workspace: "wn", name: "", ..place },
            Place { owner: Some(""), ..place },
            Place { package: Some(""), ..place },
            Place { owner: Some("p"), ..place },
            Place { package: Some("p"), ..place },
            Place { revision: 2, ..place },
            Place { workspace: "", name: "wn", ..place },
        ];
        let mut all = others.map(|other| other.associated(1, 1)).to_vec();
        all.extend([place.associated(1, 1), place.associated(2, 1), place.associated(1, 2)]);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
