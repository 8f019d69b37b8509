//! The view of a check on one account of a phone.

use super::phone::MemberCx;
use super::value::Value;
use crate::tree::load::Assignment;

/// One account of a phone: the parameters `account.N.…`.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    phone: MemberCx<'a>,
    /// Its number.
    pub index: u32,
}

impl<'a> MemberCx<'a> {
    /// An account by its number.
    pub fn account(&self, index: u32) -> Account<'a> {
        Account { phone: *self, index }
    }

    /// The accounts for which this phone ends up with a value for a pattern of the catalogue (`account.X.enable`), with
    /// the assignment and the value.
    pub fn accounts(&self, pattern: &str) -> impl Iterator<Item = (Account<'a>, Assignment, Value<'a>)> {
        self.values(pattern).filter_map(|(indices, at, value)| match indices {
            &[index] => Some((self.account(index), at, value)),
            _ => None,
        })
    }
}

impl<'a> Account<'a> {
    /// The name of one of its parameters: `account.1.enable` of `enable`.
    pub fn name(&self, part: &str) -> String {
        format!("account.{}.{part}", self.index)
    }

    /// The effective value of one of its parameters, if not empty.
    pub fn value(&self, part: &str) -> Option<(Assignment, Value<'a>)> {
        self.phone.value(&self.name(part))
    }

    /// Whether the phone ends up with just this value for one of its parameters.
    pub fn has(&self, part: &str, wanted: &str) -> bool {
        self.phone.has(&self.name(part), wanted)
    }

    /// Whether the phone's files certainly set no value for one of its parameters.
    pub fn lacks(&self, part: &str) -> bool {
        self.phone.lacks(&self.name(part))
    }

    /// Whether the phone's files switch it on.
    pub fn is_on(&self) -> bool {
        self.has("enable", "1")
    }

    /// Whether the phone's files switch it off.
    pub fn is_off(&self) -> bool {
        self.has("enable", "0")
    }
}
