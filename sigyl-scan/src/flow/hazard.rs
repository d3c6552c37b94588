//! The ways in which a caller's value can do harm.

use std::ops::{BitAnd, BitOr, Sub};

/// A set of hazards. A fresh caller's value has all of them; sanitizers and guards take them away; a sink asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hazards(u32);

impl Hazards {
    /// None: the value is harmless.
    pub const NONE: Self = Self(0);
    /// Can hold what a shell takes as more than one word: metacharacters, spaces, quotes.
    pub const COMMAND: Self = Self(1);
    /// Can begin with `-`, and be taken for an option.
    pub const ARGUMENT: Self = Self(1 << 1);
    /// Can hold an expression of a programming language.
    pub const CODE: Self = Self(1 << 2);
    /// Can climb out of a folder by `..`.
    pub const PATH_UP: Self = Self(1 << 3);
    /// Can be an absolute path.
    pub const PATH_ABSOLUTE: Self = Self(1 << 4);
    /// Can lead out of a folder through a link.
    pub const PATH_LINK: Self = Self(1 << 5);
    /// Can choose the host of a URL.
    pub const HOST: Self = Self(1 << 6);
    /// Can change the path or query of a URL beyond its own segment.
    pub const URL_PATH: Self = Self(1 << 7);
    /// Can end an SQL literal or identifier.
    pub const SQL: Self = Self(1 << 8);
    /// Can change the structure of another query language.
    pub const QUERY: Self = Self(1 << 9);
    /// Can hold a template's own syntax.
    pub const TEMPLATE: Self = Self(1 << 10);
    /// Can be a serialised object with behaviour.
    pub const OBJECT: Self = Self(1 << 11);
    /// Can name any attribute, module or function.
    pub const NAME: Self = Self(1 << 12);
    /// Can hold markup or script.
    pub const MARKUP: Self = Self(1 << 13);
    /// Can hold an expensive regular expression.
    pub const PATTERN: Self = Self(1 << 14);
    /// Can be a foreign redirect target.
    pub const REDIRECT: Self = Self(1 << 15);
    /// Is a credential that was issued for somebody else, as far as is known.
    pub const TOKEN: Self = Self(1 << 16);
    /// Can forge lines of a log.
    pub const LOG: Self = Self(1 << 17);
    /// Can be any length or number.
    pub const SIZE: Self = Self(1 << 18);
    /// Is something of the server's own that nobody else may see. No caller's value has it: it is not in
    /// [`Self::ALL`].
    pub const SECRET: Self = Self(1 << 19);
    /// Stood in the source in a form that nobody reads. Likewise.
    pub const HIDDEN: Self = Self(1 << 21);
    /// What values that are no caller's can have.
    pub(crate) const OWN: Self = Self(Self::SECRET.0 | Self::HIDDEN.0);
    /// The three ways out of a folder.
    pub const PATH: Self = Self(Self::PATH_UP.0 | Self::PATH_ABSOLUTE.0 | Self::PATH_LINK.0);
    /// Can be a URL that runs a script: `javascript:`. In text that is put together it stays only where a link's
    /// target begins.
    pub const LINK: Self = Self(1 << 20);
    /// Right behind a host, can go on with its name: does not begin with `/`.
    pub const AUTHORITY: Self = Self(1 << 22);
    /// Can be an object or a list where a text is expected: `{"$ne": null}`.
    pub const STRUCTURE: Self = Self(1 << 23);
    /// Was encoded for one segment of a URL and may be `..` all the same: several segments of that kind climb. No value
    /// has it before that.
    pub(crate) const DOTS: Self = Self(1 << 24);
    /// Every hazard of a caller's value.
    pub const ALL: Self = Self(((1 << 19) - 1) | Self::LINK.0 | Self::AUTHORITY.0 | Self::STRUCTURE.0);

    /// Both sets together.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when some hazard of `other` is in the set.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// True when every hazard of `other` is in the set.
    pub const fn all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// True for [`Self::NONE`].
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

impl BitOr for Hazards {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Hazards {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Hazards {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}
