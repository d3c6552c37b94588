//! Tokens: what a caller shows to be known. Kept as hashes only.
//!
//! `PREFIX` names the kind, so that a scanner of secrets knows one when it sees it; 33 random letters are 196 bits; the
//! last six are a checksum, so that a mistyped token is told from one that is not known.

use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{SecretError, random::BASE62, random_text};
use crate::digest::hex;

/// Letters between prefix and checksum.
const RANDOM_LETTERS: usize = 33;
/// Letters of the checksum.
const CHECKSUM_LETTERS: usize = 6;

/// What a token is for. A token of one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// An API key.
    ApiKey,
    /// The first administrator's claim.
    Claim,
    /// An invitation into a workspace.
    Invitation,
    /// An address of the registry that nobody can guess.
    ReadLink,
    /// A browser's session.
    Session,
}

impl TokenKind {
    /// What its tokens begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "sgl_",
            Self::Claim => "sgc_",
            Self::Invitation => "sgi_",
            Self::ReadLink => "sgr_",
            Self::Session => "sgs_",
        }
    }
}

/// A token, to be shown once.
pub struct Token {
    kind: TokenKind,
    text: Zeroizing<String>,
}

impl Token {
    /// A new random token.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate(kind: TokenKind) -> Result<Self, SecretError> {
        let body = Zeroizing::new(random_text(RANDOM_LETTERS)?);
        let checksum = checksum(kind, &body);
        Ok(Self { kind, text: Zeroizing::new(format!("{}{}{checksum}", kind.prefix(), *body)) })
    }

    /// Reads a token of the kind. None when it cannot be one: another prefix, length, letter or checksum.
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(kind.prefix())?;
        if rest.len() != RANDOM_LETTERS + CHECKSUM_LETTERS
            || !rest.bytes().all(|it| it.is_ascii_alphanumeric())
        {
            return None;
        }
        let (body, sum) = rest.split_at(RANDOM_LETTERS);
        (sum == checksum(kind, body)).then(|| Self { kind, text: Zeroizing::new(text.to_owned()) })
    }

    /// The token itself. Named so that every use can be found.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The first letters after the prefix, by which its owner knows it again: 24 bits, 172 are left.
    pub fn hint(&self) -> String {
        let prefix = self.kind.prefix().len();
        self.text[..prefix + 4].to_owned()
    }

    /// What is kept of it. A plain hash is enough: nobody can try 2^190 tokens.
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex(&Sha256::digest(self.text.as_bytes())))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[redacted]", self.kind.prefix())
    }
}

/// SHA-256 of a token, in hexadecimal.
#[derive(Debug, Clone)]
pub struct TokenHash(String);

impl TokenHash {
    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a kept hash is this one.
    pub fn is(&self, kept: &str) -> bool {
        super::same(self.0.as_bytes(), kept.as_bytes())
    }
}

/// Six letters of the SHA-256 of prefix and body.
fn checksum(kind: TokenKind, body: &str) -> String {
    let digest = Sha256::new().chain_update(kind.prefix()).chain_update(body).finalize();
    let mut number = digest.iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    let mut letters = [b'0'; CHECKSUM_LETTERS];
    for letter in letters.iter_mut().rev() {
        *letter = BASE62[(number % 62) as usize];
        number /= 62;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back() {
        let token = Token::generate(TokenKind::ApiKey).unwrap();
        assert!(token.reveal().starts_with("sgl_"));
        let again = Token::parse(TokenKind::ApiKey, token.reveal()).unwrap();
        assert!(again.hash().is(token.hash().as_str()));
        assert!(Token::parse(TokenKind::Session, token.reveal()).is_none());
        assert!(!format!("{token:?}").contains(&token.reveal()[4..]));
    }

    #[test]
    fn a_mistyped_token_is_noticed() {
        let token = Token::generate(TokenKind::ApiKey).unwrap();
        for at in 4..token.reveal().len() {
            let mut text = token.reveal().as_bytes().to_vec();
            text[at] = if text[at] == b'x' { b'y' } else { b'x' };
            let text = String::from_utf8(text).unwrap();
            assert!(Token::parse(TokenKind::ApiKey, &text).is_none(), "{at}");
        }
        for text in ["", "sgl_", "sgl_é", &token.reveal()[..20], &format!("{}x", token.reveal())] {
            assert!(Token::parse(TokenKind::ApiKey, text).is_none());
        }
    }

    #[test]
    fn the_checksum_stays_as_it_was() {
        assert_eq!(checksum(TokenKind::ApiKey, &"a".repeat(33)).len(), 6);
        insta::assert_snapshot!(checksum(TokenKind::ApiKey, &"a".repeat(33)), @"0Mn62I");
    }
}
