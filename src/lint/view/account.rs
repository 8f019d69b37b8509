//! A check's view of one account on a phone.

use super::phone::MemberCx;
use super::value::Value;
use crate::tree::load::Assignment;

/// One account on a phone: the parameters `account.N.…`.
#[derive(Clone, Copy)]
pub struct Account<'a> {
    phone: MemberCx<'a>,
    /// Account number.
    pub index: u32,
}

impl<'a> MemberCx<'a> {
    /// Account with the given number.
    pub fn account(&self, index: u32) -> Account<'a> {
        Account { phone: *self, index }
    }

    /// Accounts for which the phone has a non-empty effective value for a catalogue pattern
    /// (`account.X.enable`), each with the assignment and the value.
    pub fn accounts(&self, pattern: &str) -> impl Iterator<Item = (Account<'a>, Assignment, Value<'a>)> {
        self.values(pattern).filter_map(|(indices, at, value)| match indices {
            &[index] => Some((self.account(index), at, value)),
            _ => None,
        })
    }
}

impl<'a> Account<'a> {
    /// Full name of one of the account's parameters: `account.1.enable` for `enable`.
    pub fn name(&self, part: &str) -> String {
        format!("account.{}.{part}", self.index)
    }

    /// Effective assignment and value of one of the account's parameters, if the value is not empty.
    pub fn value(&self, part: &str) -> Option<(Assignment, Value<'a>)> {
        self.phone.value(&self.name(part))
    }

    /// Whether one of the account's parameters has exactly this effective value.
    pub fn has(&self, part: &str, wanted: &str) -> bool {
        self.phone.has(&self.name(part), wanted)
    }

    /// Whether the phone's files certainly set no value for one of the account's parameters.
    pub fn lacks(&self, part: &str) -> bool {
        self.phone.lacks(&self.name(part))
    }

    /// Whether the phone's files enable the account.
    pub fn is_on(&self) -> bool {
        self.has("enable", "1")
    }

    /// Whether the phone's files disable the account.
    pub fn is_off(&self) -> bool {
        self.has("enable", "0")
    }
}
