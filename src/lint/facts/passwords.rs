//! Passwords in a file, with their user names and weaknesses.

use std::borrow::Cow;

use super::sip_user::user_part;
use crate::catalogue::{Parameter, ValueType};
use crate::lint::view::{Common, FileCx, MemberCx};
use crate::text::content::Content;
use crate::text::residue::{self, is_sentinel};
use crate::tree::load::Assignment;

/// A password that is not empty.
pub struct Password<'a> {
    /// Assignment that sets it.
    pub at: Assignment,
    /// Catalogue entry of the parameter.
    pub parameter: &'a Parameter,
    common: Common<'a>,
    /// User name in the same value, before the colon.
    user: Option<String>,
    text: Cow<'a, str>,
}

impl<'a> Password<'a> {
    /// Password set by an assignment, if any.
    pub fn from_assignment(
        common: Common<'a>,
        at: Assignment,
        parameter: &'a Parameter,
        value: &'a [u8],
    ) -> Option<Self> {
        let value = String::from_utf8_lossy(value);
        let (user, text) = match parameter.value_type {
            ValueType::Password => (None, value),
            ValueType::UserPassword => {
                let (user, text) = value.split_once(':')?;
                (Some(user.to_owned()), text.to_owned().into())
            }
            _ => return None,
        };
        // A sentinel is not a password.
        let is_none = text.is_empty()
            || is_sentinel(text.as_bytes())
            || !residue::is_plain(text.as_bytes()) && residue::in_value(&text, Content::Password).is_some();
        (!is_none).then_some(Self { at, parameter, common, user, text })
    }

    /// Whether the password is the same as the effective user name on the first phone that reads the file.
    fn is_user(&self) -> bool {
        if let Some(user) = &self.user {
            return self.equals_user(user);
        }
        let Some(reader) = MemberCx::readers(self.common, self.at.file).next() else { return false };
        let names = self.common.parameter_index.users(self.common.name(self.at));
        let mut users = names.iter().filter_map(|name| reader.decides(*name));
        users.any(|at| self.equals_user(&self.common.value(at).text()))
    }

    /// Whether the password is the same as a user name, or as the part of the user name that precedes the
    /// server.
    fn equals_user(&self, user: &str) -> bool {
        let (user, text) = (user.as_bytes(), self.text.as_bytes());
        user.eq_ignore_ascii_case(text) || user_part(user).eq_ignore_ascii_case(text)
    }
}

/// Weakness of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// A factory default, which attackers try first.
    Default,
    /// The password is the same as the user name.
    UserName,
    /// Easy to guess. Contains the reason.
    Guessable(&'static str),
}

/// Passwords that a cfg sets. Private passwords are not weak and are skipped.
pub fn passwords<'a>(cx: &FileCx<'a>) -> impl Iterator<Item = Password<'a>> {
    let cx = *cx;
    cx.assignments().filter_map(move |(at, name)| {
        let parameter = cx.common.parameter_index.parameter(name)?;
        let is_password = matches!(parameter.value_type, ValueType::Password | ValueType::UserPassword);
        let value = is_password.then(|| cx.value(at).visible())?;
        Password::from_assignment(cx.common, at, parameter, value)
    })
}

impl Password<'_> {
    /// Most severe weakness of the password.
    pub fn weakness(&self) -> Option<Weakness> {
        if matches!(&*self.text, "22222" | "123456") {
            return Some(Weakness::Default);
        }
        if self.is_user() {
            return Some(Weakness::UserName);
        }
        guessable(&self.text).map(Weakness::Guessable)
    }
}

/// Words from the top of common password lists, which are used alone or followed by digits and punctuation.
const WORDS: [&str; 14] = [
    "abcdefgh",
    "administrator",
    "changeme",
    "flyingvoice",
    "iloveyou",
    "letmein",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "passwort",
    "qwertyui",
    "qwertyuiop",
    "qwertzuiop",
    "welcome",
];

fn guessable(text: &str) -> Option<&'static str> {
    let length = text.chars().count();
    if length < 8 {
        return Some("shorter than 8 characters");
    }
    if length < 16 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some("made of digits only");
    }
    let mut different: Vec<char> = Vec::with_capacity(4);
    for character in text.chars() {
        if different.len() < 4 && !different.contains(&character) {
            different.push(character);
        }
    }
    if different.len() < 4 {
        return Some("made up of very few different characters");
    }
    let word = text.trim_end_matches(|c: char| !c.is_alphabetic());
    let is_word = WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    is_word.then_some("a common password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_guessed_and_what_cannot() {
        for weak in ["pw1", "s3cret", "4711471147", "aaaabbbb", "Password123!", "changeme", "1234567"] {
            assert!(guessable(weak).is_some(), "{weak}");
        }
        for strong in
            ["GUVah4wNuyqWy4Zusc7w", "9Qe2xLw7", "1029384756102938", "correct horse", "ключ-от-двери"]
        {
            assert_eq!(guessable(strong), None, "{strong}");
        }
    }
}
